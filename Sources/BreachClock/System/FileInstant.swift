extension FileTime {
    /// The instant, or the nearest one that can be written down and counted with: whoever owns a file can set its time to
    /// one before the first year or billions of years ahead.
    ///
    /// Source: utimensat(2); RFC 3339 section 5.6 (four digits).
    var instant: Instant {
        let years = Instant.withinYears
        return min(max(Instant(seconds), years.lowerBound), years.upperBound)
    }
}

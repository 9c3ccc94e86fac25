/// Seconds in minutes, hours and days, so that tests read as the rules do.
extension Int {
    var minutes: Int { self * 60 }
    var hours: Int { self * 3600 }
    var days: Int { self * 86_400 }
}

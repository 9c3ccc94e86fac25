/// An organisation that the clause wants informed of a breach.
///
/// Source: R7.
struct AudienceMember: Equatable, Sendable {
    /// The partner's id.
    ///
    /// Source: R7.
    var partnerID: String
    /// When it became one of the audience.
    ///
    /// Source: R8.
    var addedAt: Instant
    /// The edition of the partners' deadline that it is due by.
    ///
    /// Source: R8.
    var edition: DeadlineEdition
    /// Its acknowledgement.
    ///
    /// Source: R12.
    var acknowledgement: Acknowledgement?
}

/// The notices that facts bring.
///
/// Source: R28; design (one decision is one fact, and names the notices it brings).
extension Event {
    /// The notices that this brings, in order.
    ///
    /// Source: R28.
    var orders: [NoticeOrder] {
        switch self {
        case .breachRecorded(let record): record.notices
        case .reminded(let record): record.notices
        case .deadlineMissed(let record): record.notices
        case .missCorrected(let record): record.notices
        case .matterAgreed(let record): record.notices
        case .matterReopened(let record): record.notices
        case .matterEscalated(let record): record.notices
        case .matterDecided(let record): record.notices
        case .regulatorNoticeDue(let record): record.notices
        case .factsCorrected(let record): record.notices
        case .breachClosed(let record): record.notices
        case .noticesReturned(let record): record.notices
        case .registerOpened, .daemonStarted, .daemonStopped, .spoolOpened, .acknowledged, .positionStated,
            .notificationRecorded, .noteAdded, .breachReopened, .textRedacted, .noticesPublishing, .noticesWritten,
            .noticesHandedOver, .noticesRetried, .noticesRecalled:
            []
        }
    }
}

/// How the matters of a breach open.
extension Breach {
    /// The state that the matter opens in: consultation where the clause has it, the decider's word where one decides
    /// alone, nothing where the risk is below the clause's threshold.
    ///
    /// Source: R15, R6.
    func openingState(_ matter: MatterName) -> MatterState {
        guard isAboveThreshold else { return .notRequired }
        return sharingProtocol.clause.decision == .consultation ? .consulting : .awaitingDecision
    }

    /// The states of all matters.
    ///
    /// Source: R15.
    var openingMatters: [MatterState] { MatterName.allCases.map(openingState) }
}

import Testing

@testable import BreachClock

@Suite("Notices")
struct NoticeTests {
    @Test(
        "R28: A recipient's name is read back as the recipient",
        arguments: [
            (Recipient.partner("open-road"), "open-road"), (.partnerDeputy("open-road", 0), "open-road+1"),
            (.partnerDeputy("open-road", 11), "open-road+12"), (.owner, "owner"), (.ownerDeputy(1), "owner+2"),
            (.igTeam, "ig-team"),
        ])
    func namesRecipients(recipient: Recipient, name: String) {
        #expect(recipient.name == name)
        #expect(Recipient(name: name) == recipient)
    }

    @Test(
        "R28: What names no recipient is none",
        arguments: ["", "+1", "open-road+", "open-road+0", "open-road+-1", "open-road+x", "open-road+1+1", "ig-team+1"])
    func refusesNames(name: String) {
        #expect(Recipient(name: name) == nil)
    }

    @Test("R28: A notice's identity is its kind, recipient and occasion")
    func identifies() {
        let order = NoticeOrder(
            kind: .reminder, recipient: .partner("open-road"), occasion: "partners.1.24h", inPlaceOf: nil)
        #expect(order.token == "reminder.open-road.partners.1.24h")
    }

    @Test("R14, R28: A telephone task is identified by whom it stands in for, not by the team that gets it")
    func identifiesTelephoneTasks() {
        let tokens = [Recipient.partner("open-road"), .partnerDeputy("open-road", 0), .owner].map { recipient in
            NoticeOrder(
                kind: .telephoneTask, recipient: .igTeam, occasion: "recorded",
                inPlaceOf: .init(recipient: recipient, kind: .breachNotice)
            ).token
        }
        #expect(
            tokens == [
                "telephone-task.open-road.breach-notice.recorded",
                "telephone-task.open-road+1.breach-notice.recorded",
                "telephone-task.owner.breach-notice.recorded",
            ])
    }

    @Test("The next thing's name is read back, and is that of a notice or `deadline`")
    func namesWhatIsNext() {
        for kind in NoticeKind.allCases {
            #expect(Upcoming.What(name: kind.rawValue) == .notice(kind))
            #expect(Upcoming.What.notice(kind).name == kind.rawValue)
        }
        #expect(Upcoming.What(name: "deadline") == .deadline)
        #expect(Upcoming.What.deadline.name == "deadline")
        #expect(Upcoming.What(name: "surprise") == nil)
    }
}

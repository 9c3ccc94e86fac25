import Testing

@testable import BreachClock

@Suite("Mailboxes")
struct MailboxTests {
    @Test(
        "A plain mailbox is accepted",
        arguments: [
            "ig@essex.example", "a@b", "IG.Team@Essex.Example", "gareth.penhallow+breach@cyber-media.example",
            "o'neill@x.example", "a_b@x.example", "1@2.example", "a-b-@x.example", "x@a1.b2.c3.example",
            "x@xn--bcher-kva.example", "r&d@x.example",
            String(repeating: "l", count: 64) + "@x.example",
            "x@" + String(repeating: "d", count: 63) + ".example",
        ])
    func accepted(text: String) {
        #expect(Mailbox.isValid(text))
    }

    @Test(
        "What is no plain mailbox, or could do harm in a header or as an argument, is refused",
        arguments: [
            "", " ", "@", "a", "a@", "@b", "a@@b", "a@b@c", "a b@c", "a@b c", " a@b", "a@b ", "a@b\n", "a\n@b", "\na@b",
            "a\r\nBcc: x@y", "a@b\r", "a@b\u{0}", "a\u{0}@b", "a\t@b", "a@b,c@d", "a,b@c", "a;b@c", "a@b;", "a:b@c",
            "a(c)@b", "a@b(c)", "(c)a@b", "\"a\"@b", "\"a b\"@c", "a\\b@c", "<a@b>", "A <a@b>", "a@[127.0.0.1]",
            "a@[IPv6:::1]", ".a@b", "a.@b", "a..b@c", "a@.b", "a@b.", "a@b..c", "a@-b", "a@b-", "a@b.-c", "a@b-.c",
            "a@b_c", "a@b!c", "a%b@c", "a%0ab@c", "a=b@c", "=?utf-8?q?=0A?=@b", "a!b@c", "a|b@c", "`a`@b", "$a@b",
            "/a@b",
            "#a@b", "a*@b", "a^b@c", "{a}@b", "~a@b", "-a@b", "-oQ/tmp@b", "--@b", "é@b", "a@é", "a\u{301}@b",
            "a@b\u{301}", "a＠b", "a@b。c",
            "a\u{202E}@b", "a\u{2028}@b", "a\u{7F}@b",
            String(repeating: "l", count: 65) + "@x.example",
            "x@" + String(repeating: "d", count: 64) + ".example",
            "x@" + String(repeating: "d.", count: 125) + "example",
        ])
    func refused(text: String) {
        #expect(!Mailbox.isValid(text))
    }

    @Test("RFC 5321 section 4.5.3.1.3: a path has at most 256 octets with its angle brackets")
    func longest() {
        let domain = (1...3).map { _ in String(repeating: "d", count: 60) }.joined(separator: ".") + ".example"
        let longest = String(repeating: "l", count: 254 - 1 - domain.utf8.count) + "@" + domain
        #expect(longest.utf8.count == 254)
        #expect(Mailbox.isValid(longest))
        #expect(!Mailbox.isValid("l" + longest))
    }

    @Test("The domain is what follows the at sign", arguments: [("a@b.example", "b.example"), ("", ""), ("@", "")])
    func domains(text: String, domain: String) {
        #expect(Mailbox.domain(of: text) == domain)
    }
}

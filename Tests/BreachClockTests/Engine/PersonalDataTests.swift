import Testing

@testable import BreachClock

@Suite("Personal data in texts")
struct PersonalDataTests {
    @Test(
        "R27: An NHS number is found, 3-3-4 with spaces or hyphens or in one",
        arguments: [
            "9434765919", "943 476 5919", "943-476-5919", "943 476-5919", "943476 5919", "NHS no. 943 476 5919.",
            "(9434765919)", "patient:943-476-5919,lost", "943\u{A0}476\u{A0}5919", "943\u{2013}476\u{2013}5919",
            "401 023 2137", "No 9434765919, 2 letters", "ref. A/9434765919", "1, 943 476 5919", "450 557 7104",
        ])
    func findsNHSNumbers(text: String) {
        #expect(PersonalData.finding(in: text) == .nhsNumber)
    }

    @Test("R27: An NHS number is found beside another one", arguments: ["  ", ", ", "; ", " and "])
    func findsNHSNumbersSideBySide(separator: String) {
        #expect(PersonalData.finding(in: "9434765919" + separator + "4010232137") == .nhsNumber)
    }

    @Test(
        "R27: Spaces that do not break count as spaces, as text pasted from a letter has them",
        arguments: [
            "CO1\u{A0}1DZ", "QQ\u{A0}12\u{A0}34\u{A0}56\u{A0}C", "born on 1\u{A0}February\u{A0}1990",
            "date\u{A0}of\u{A0}birth 1/2/1990", "943\u{202F}476\u{202F}5919",
        ])
    func takesAnySpace(text: String) {
        #expect(PersonalData.finding(in: text) != nil)
    }

    @Test(
        "R27: Signs that nobody sees hide nothing, as text pasted from a page has them",
        arguments: [
            "943\u{200B}476\u{200B}5919", "943\u{AD}-476-5919", "QQ\u{2060}123456C", "CO1\u{200B} 1DZ\u{FEFF}",
            "date of bir\u{AD}th 1/2/1990",
        ])
    func seesPastTheInvisible(text: String) {
        #expect(PersonalData.finding(in: text) != nil)
    }

    @Test("R27: A date right after the word is found too", arguments: ["DOB01/02/1990", "dob1-2-90", "born1990-02-01"])
    func findsDatesRightAfterTheWord(text: String) {
        #expect(PersonalData.finding(in: text) == .dateOfBirth)
    }

    @Test("R27: Ten digits in one are a run of their own, whatever number stands a space away")
    func findsNHSNumbersBesideNumbers() {
        #expect(PersonalData.finding(in: "9434765919 4010232137") == .nhsNumber)
        #expect(PersonalData.finding(in: "on 20 November 2026 9434765919 was lost") == .nhsNumber)
    }

    @Test(
        "R27: Letters beside an NHS number do not hide it",
        arguments: ["NHS9434765919", "A9434765919", "9434765919B", "no.9434765919x"])
    func findsNHSNumbersBesideLetters(text: String) {
        #expect(PersonalData.finding(in: text) == .nhsNumber)
    }

    @Test(
        "R27: What is no NHS number does not trip",
        arguments: [
            "9434765918", "943 476 5918", "943 476 5910", "19434765919", "94347659190", "1 943 476 5919",
            "943 476 5919 0", "943-476-5919-0", "9434 765 919", "94 3476 5919", "943  476  5919", "943.476.5919",
            "943476591", "94347 65919", "+44 943 476 5919",
        ])
    func ignoresOtherNumbers(text: String) {
        #expect(PersonalData.finding(in: text) == nil)
    }

    @Test("R27: Of the ten check digits one is right at most, as the sum over the digits says", arguments: 1...5)
    func checksModulus11(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let digits = (0..<9).map { _ in Int.random(in: 0...9, using: &generator) }
            // Written out on its own: the weighted sum of all ten digits, check digit times 1, is a multiple of 11.
            let sum = digits.enumerated().reduce(0) { $0 + (10 - $1.offset) * $1.element }
            for check in 0...9 {
                let text = (digits + [check]).map(String.init).joined()
                let expected: PersonalData.Finding? = (sum + check).isMultiple(of: 11) ? .nhsNumber : nil
                #expect(PersonalData.finding(in: text) == expected, "\(text)")
            }
        }
    }

    @Test(
        "R27: A National Insurance number is found",
        arguments: [
            "QQ 12 34 56 C", "QQ123456C", "qq123456c", "QQ 123456 C", "AB 12 34 56 A", "NI: QQ123456D.", "(ab123456b)",
            "QQ123456 C", "her number, QQ12 3456C, was in it",
        ])
    func findsNationalInsuranceNumbers(text: String) {
        #expect(PersonalData.finding(in: text) == .nationalInsuranceNumber)
    }

    @Test(
        "R27: What is no National Insurance number does not trip",
        arguments: [
            "QQ 12 34 56 E", "Q 12 34 56 C", "QQ 12 34 5 C", "QQ 12 34 567 C", "XQQ123456C", "QQ123456CC",
            "QQ-123456-C",
            "QQ1234567", "ticket 123456 C",
        ])
    func ignoresOtherCodes(text: String) {
        #expect(PersonalData.finding(in: text) == nil)
    }

    @Test(
        "R27: A UK postcode is found",
        arguments: [
            "CO1 1DZ", "SE1 6DF", "W1A 0AX", "co1 1dz", "CO11DZ", "M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT",
            "EC1A 1BB", "SK9 5AF", "(CO1 1DZ)", "lives in SE1 6DF, London", "w1a0ax", "at CO1 1DZ.",
        ])
    func findsPostcodes(text: String) {
        #expect(PersonalData.finding(in: text) == .postcode)
    }

    @Test(
        "R27: What is no postcode does not trip",
        arguments: [
            "CO1 1D", "CO1 1DZZ", "CO1 1CI", "COX 1DZ", "A12 road", "section 11 of it", "room B12 and C14",
            "1 1DZ", "ABC1 1DZ", "CO1-1DZ", "Q3 2026", "Windows 11 24H2", "48 h", "72 hours", "COVID-19",
        ])
    func ignoresOtherWords(text: String) {
        #expect(PersonalData.finding(in: text) == nil)
    }

    @Test(
        "R27: A date of birth is found by the word before it",
        arguments: [
            "born 1/2/1990", "DOB: 01.02.90", "date of birth 1990-02-01", "d.o.b. 1 February 1990",
            "born on 1st Feb 90",
            "Born 12 March 1985", "dob 1-2-90", "D.O.B. 01/02/1990", "d.o.b 1.2.1990",
            "Date of birth: February 1, 1990",
            "(born the 3rd of May 1971)", "DOB 31/12/2015", "dob=1990-02-01", "d.o.b.:1/2/90", "born 22nd June, 1964",
            "date of birth\u{A0}1/2/1990", "was born in Harlow on 1/2/1990",
        ])
    func findsDatesOfBirth(text: String) {
        #expect(PersonalData.finding(in: text) == .dateOfBirth)
    }

    @Test(
        "R27: A date without a word for birth, or a word without a date, does not trip",
        arguments: [
            "1/2/1990", "detected 2026-11-20", "on 20 November 2026", "the newborn unit moved on 1/2/2026",
            "airborne 1/2/1990", "born in 1990", "born in February 1990", "DOB unknown", "1/2/1990 is not when born",
            "stubborn, 1/2/2026", "adobe 1/2/2026", "born 32/2/1990", "born 1/45/1990", "born 1/2/500", "born and bred",
            "dobs 1/2/1990", "date of the letter 1/2/1990", "born 1 2 May", "born May May 1990",
        ])
    func ignoresOtherDates(text: String) {
        #expect(PersonalData.finding(in: text) == nil)
    }

    @Test(
        "R27: A date counts within 20 characters after the word",
        arguments: [(1, true), (10, true), (19, true), (22, false), (30, false), (100, false)])
    func looksTwentyCharactersAhead(distance: Int, isFound: Bool) {
        let between = distance < 2 ? " " : " " + String(repeating: "x", count: distance - 2) + " "
        let text = "born\(between)1/2/1990"
        #expect((PersonalData.finding(in: text) == .dateOfBirth) == isFound, "\(text)")
    }

    @Test("R27: A date further on does not count, whatever stands between", arguments: [" ", ".", "-", ",", "/"])
    func looksNoFurther(filling: String) {
        let text = "born" + String(repeating: filling, count: 60) + "1/2/1990"
        #expect(PersonalData.finding(in: text) == nil)
    }

    @Test(
        "R27: ICO references, telephone numbers and breach references do not trip it",
        arguments: [
            "ZA242481", "Z509709X", "Z6767618", "Z5696189", "Z9480097 and Z8912805",
            "registered as ZA242481, and so on",
            "01785 222350", "08457 430430", "01268 407737", "020 3981 5525", "01206 369782", "020 7234 9740",
            "0207 8414400", "01206 773005", "0333 013 9929", "01923 361 500", "07700 900570", "0303 123 1113",
            "+44 1206 369782", "+44 20 7234 9740", "+44 333 013 9929", "(01206) 369782", "tel. 01206-369782, ext. 12",
            "EDATRS-2026-0001", "EDATRS-DRAFT-2026-0001", "EWS-ASC-2026-0012", "MOSAIC-2026-0003", "BEDS-2027-10000",
        ])
    func ignoresOurOwnReferences(text: String) {
        #expect(PersonalData.finding(in: text) == nil)
        #expect(PersonalData.finding(in: "It was about \(text) and what came of it.") == nil)
    }

    @Test("R27: An ICO reference does not trip it whatever word follows", arguments: ["A", "a copy", "B", "c", "D"])
    func ignoresICOReferencesBeforeALetter(word: String) {
        #expect(PersonalData.finding(in: "under ZA242481 \(word)") == nil)
    }

    @Test("R27: No telephone number, reference or clause of the example configuration trips it")
    func ignoresTheExample() throws {
        for sharingProtocol in try Fixture.settings().protocols {
            for partner in sharingProtocol.partners {
                for text in [partner.contact.telephone, partner.name].compactMap({ $0 }) + partner.icoReferences {
                    #expect(PersonalData.finding(in: text) == nil, "\(text)")
                }
            }
            #expect(PersonalData.finding(in: sharingProtocol.clause.text) == nil)
        }
    }

    @Test(
        "R27: Ordinary sentences do not trip it",
        arguments: [
            "", " ", "A laptop with the caseload was left on a train on 20 November 2026 at 14:05.",
            "12 of 250 records, between 2019-04-01 and 2026-03-31, went to 3 wrong recipients.",
            "The mail of 1/2/2026 had 1,234,567 rows; it cost £12,000.50.", "ÄÖÜ 病院 😀", "SHA-256, AES-128, TLS 1.3",
        ])
    func ignoresOrdinarySentences(text: String) {
        #expect(PersonalData.finding(in: text) == nil)
    }

    @Test("R27: The first text that holds personal data is refused by its field, and the answer says what was found")
    func refusesByField() throws {
        let texts = [(field: "summary", text: "all is well"), (field: "measures", text: "told QQ123456C")]
        let refusal = try #require(throws: Refusal.self) { try PersonalData.check(texts, reason: nil) }
        #expect(refusal.field == "measures")
        #expect(refusal.reason.contains("National Insurance") && !refusal.reason.contains("123456"))
    }

    @Test("R27: A reason overrides, and nothing overrides what stands in the reason")
    func overrides() throws {
        let number = (field: "summary", text: "943 476 5919")
        #expect(throws: Never.self) {
            try PersonalData.check([number, ("personalDataReason", "The trust asked.")], reason: "The trust asked.")
        }
        let refusal = try #require(throws: Refusal.self) {
            try PersonalData.check([number, ("personalDataReason", "born 1/2/1990")], reason: "born 1/2/1990")
        }
        #expect(refusal.field == "personalDataReason")
    }

    @Test("Any text is looked through without harm, and one without digits never trips", arguments: 1...5)
    func survivesAnything(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("bornDOB.ofthedate CO1DZ96/- ,ßİ\u{301}\u{A0}").map(String.init)
        for _ in 0..<300 {
            let length = Int.random(in: 0..<60, using: &generator)
            let text = (0..<length).compactMap { _ in alphabet.randomElement(using: &generator) }.joined()
            if PersonalData.finding(in: text) != nil { #expect(text.contains { $0.isNumber }, "\(text)") }
        }
    }

    @Test("A text of 4,000 characters is looked through to its end")
    func looksToTheEnd() {
        let filling = String(repeating: "1 ab ", count: 797)
        #expect(PersonalData.finding(in: filling) == nil)
        #expect(PersonalData.finding(in: filling + "CO1 1DZ") == .postcode)
        #expect(PersonalData.finding(in: filling + "x 943 476 5919") == .nhsNumber)
    }
}

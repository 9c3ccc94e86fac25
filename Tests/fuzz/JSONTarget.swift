/// A text is JSON by our strict reading, or is refused at a place within it.
enum JSONTarget: FuzzTarget {
    static let name = "json"

    static func run(_ bytes: [UInt8]) {
        let value: JSON
        do throws(JSONError) {
            value = try JSON(parsing: bytes)
        } catch {
            expect(error.line >= 1 && error.column >= 1 && error.column <= bytes.count + 1, "\(error) is nowhere")
            expect((try? JSON.parseWithLines(bytes)) == nil, "with its lines it is read all the same")
            return
        }
        expect((try? JSON(parsing: value.compactBytes())) == value, "written short it reads differently")
        expect((try? JSON(parsing: value.prettyBytes())) == value, "written for people it reads differently")
        expect((try? JSON(parsing: ([0x20] + bytes)[1...])) == value, "in a buffer it reads differently")
        let withLines = try? JSON.parseWithLines(bytes)
        expect(withLines?.value == value, "with its lines it reads differently")
        let last = bytes.count { $0 == UInt8(ascii: "\n") } + 1
        expect(withLines?.lines.values.allSatisfy { (1...last).contains($0) } == true, "a value is on no line")
    }
}

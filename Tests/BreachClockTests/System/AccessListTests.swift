import Foundation
import Testing

@testable import BreachClock

@Suite("Access lists")
struct AccessListTests {
    /// As `setfacl -m u::rw,g::-,g:60:rw,g:4711:rw,m::rw,o::-` writes it, by linux/posix_acl_xattr.h.
    private static let golden: [UInt8] =
        [2, 0, 0, 0]
        + [0x01, 0, 6, 0, 0xFF, 0xFF, 0xFF, 0xFF] + [0x04, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
        + [0x08, 0, 6, 0, 60, 0, 0, 0] + [0x08, 0, 6, 0, 0x67, 0x12, 0, 0]
        + [0x10, 0, 6, 0, 0xFF, 0xFF, 0xFF, 0xFF] + [0x20, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]

    @Test("The bytes are the kernel's: version 2, entries of tag, permissions and number")
    func bytes() {
        #expect(AccessList(groups: [60, 4711]).bytes == Self.golden)
        #expect(AccessList(Self.golden)?.groups == [60, 4711])
        #expect(AccessList(groups: []).bytes.count == 4 + 3 * 8, "a list without a mask is a mode")
    }

    @Test("Bytes that are no list are none; a group that may only read is not admitted")
    func others() {
        #expect(AccessList([]) == nil)
        #expect(AccessList([1, 0, 0, 0]) == nil)
        for count in 0..<Self.golden.count where (count - 4) % 8 != 0 {
            #expect(AccessList(Array(Self.golden[..<count])) == nil, "\(count)")
        }
        var readOnly = Self.golden
        readOnly[22] = 4
        #expect(AccessList(readOnly)?.groups == [4711])
    }

    @Test("The name of a group is that of the file, whatever stands beside it")
    func names() {
        let text = "root:x:0:\nigowners:x:160:\nig:x:60:odile,martin\n:x:61:\nbroken\n"
        #expect(GroupFile.name(of: 60, in: text) == "ig")
        #expect(GroupFile.name(of: 61, in: text) == nil)
        #expect(GroupFile.name(of: 16, in: text) == nil)
        #expect(GroupFile.name(of: 0) == "root")
        #expect(GroupFile.name(of: 4_294_967_294) == "number 4294967294")
    }
}

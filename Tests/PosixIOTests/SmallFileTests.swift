import Foundation
import PosixIO
import TestSupport
import Testing

@Suite struct SmallFileTests {
    @Test func readsUpToItsLimit() throws {
        let path = Fixtures.root.appending(path: "schemas/orders-all.cql").path
        let whole = try Fixtures.bytes("schemas/orders-all.cql")
        #expect(try SmallFile.contents(of: path, limit: 1 << 20) == whole)
        #expect(try SmallFile.contents(of: path, limit: 10) == Array(whole.prefix(10)))
        #expect(try SmallFile.contents(of: path, limit: 0) == [])
    }

    @Test func saysWhatFailed() {
        #expect(throws: SyscallError(errno: ENOENT, call: "open")) {
            try SmallFile.contents(of: "/nonexistent", limit: 1)
        }
        #expect(throws: SyscallError(errno: EISDIR, call: "read")) { try SmallFile.contents(of: "/", limit: 1) }
    }
}

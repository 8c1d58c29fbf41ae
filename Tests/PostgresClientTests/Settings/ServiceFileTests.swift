import Testing

@testable import PostgresClient

@Suite struct ServiceFileTests {
    private static let contents = """
        # services
        host=nobody's
        [first]
        host=a
          port=5433\t
        # between
        host=ignored
        password=p = q
        [second]
        [first]
        user=late
        [with space]
        dbname=
        """

    private func settings(_ service: String, _ contents: String = Self.contents) throws -> [ConnectionKeyword: String]?
    {
        try ServiceFile(Array(contents.utf8)).settings(of: service)
    }

    @Test func theFirstSectionAndTheFirstValueCount() throws {
        #expect(try settings("first") == [.host: "a", .port: "5433", .password: "p = q"])
        #expect(try settings("second") == [:])
        #expect(try settings("with space") == [.dbname: ""])
        #expect(try settings("third") == nil)
        #expect(try settings("firs") == nil)
        #expect(try settings("x", "[x] trailing\r\nuser=u\r\n") == [.user: "u"])
    }

    @Test(arguments: [
        ("[s]\nhunter2", "line 2 is not keyword=value with a known keyword"),
        ("[s]\n\nhosst=h", "line 3 is not keyword=value with a known keyword"),
        ("[s]\nhost = h", "line 2 is not keyword=value with a known keyword"),
        ("[s]\nhost", "line 2 is not keyword=value with a known keyword"),
        ("[s]\nservice=other", "line 2 names another service"),
        ("[s]\nldap://h/dc=x", "line 2 asks an LDAP server for settings, which is not supported"),
    ])
    func badLinesAreNamedAndNotShown(_ contents: String, _ reason: String) {
        #expect(throws: ConnectionStringError(reason)) { try settings("s", contents) }
        // What is wrong with another section is nobody's business.
        #expect(throws: Never.self) { try settings("t", "[t]\n" + contents) }
    }

    @Test func longLinesAreRefused() throws {
        let line = "user=" + String(repeating: "x", count: ServiceFile.lineLimit)
        #expect(throws: ConnectionStringError("line 2 is too long")) { try settings("s", "[s]\n\(line)") }
        #expect(try settings("s", "[s]\n\(line.dropLast(5))")?[.user]?.count == ServiceFile.lineLimit - 5)
    }
}

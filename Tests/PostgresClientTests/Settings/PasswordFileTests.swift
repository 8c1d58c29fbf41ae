import PostgresClient
import Testing

@testable import PostgresClient

@Suite struct PasswordFileTests {
    private func password(
        _ contents: String,
        host: String = "h",
        port: String = "5432",
        database: String = "d",
        user: String = "u"
    ) -> String? {
        PasswordFile(Array(contents.utf8)).password(host: host, port: port, database: database, user: user)
    }

    @Test(arguments: [
        ("h:5432:d:u:secret", "secret"),
        ("h:5432:d:u:secret\n", "secret"),
        ("h:5432:d:u:secret\r\n", "secret"),
        ("*:*:*:*:secret", "secret"),
        ("# a comment\n\nx:*:*:*:wrong\nh:*:*:u:secret\nh:5432:d:u:late", "secret"),
        ("#h:5432:d:u:wrong", nil),
        (" h:5432:d:u:wrong", nil),
        ("h:5432:d:u:", ""),
        ("h:5432:d:u", nil),
        ("h:5432:d:uu:x", nil),
        ("hh:5432:d:u:x", nil),
        ("*h:5432:d:u:x", nil),
        ("h:5432:d:u:a\\:b\\\\c", "a:b\\c"),
        ("h:5432:d:u:a:b", "a"),
        ("h:5432:d:u:a\\", "a\\"),
        ("h:5432:d:u: sp ace ", " sp ace "),
        ("\\h:5432:d:u:x", "x"),
        ("h\\", nil),
        ("", nil),
    ])
    func lines(_ contents: String, _ expected: String?) {
        #expect(password(contents) == expected)
    }

    @Test func fieldsMayHoldColonsAndBackslashes() {
        #expect(password("\\:\\:1:5432:a\\\\b:c\\:d:x", host: "::1", database: "a\\b", user: "c:d") == "x")
        // libpq, too, needs no backslash where the text goes on with a colon.
        #expect(password("::1:5432:d:u:x", host: "::1") == "x")
        #expect(password("*:5432:d:*:x", user: "*") == "x")
    }

    @Test func aPasswordThatIsNotUTF8IsNone() {
        let file = PasswordFile(Array("h:5432:d:u:".utf8) + [0xFF])
        #expect(file.password(host: "h", port: "5432", database: "d", user: "u") == nil)
    }
}

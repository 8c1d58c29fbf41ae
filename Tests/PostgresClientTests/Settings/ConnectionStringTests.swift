import PostgresClient
import Testing

/// Both forms of connection strings; the expectations are libpq 18's (`PQconninfoParse`).
@Suite struct ConnectionStringTests {
    private typealias Values = [ConnectionKeyword: String]

    @Test(
        arguments: [
            ("postgresql://", [:]),
            ("postgres:///", [:]),
            ("postgresql://localhost", [.host: "localhost"]),
            ("postgresql://localhost:5433", [.host: "localhost", .port: "5433"]),
            ("postgresql://localhost/mydb", [.host: "localhost", .dbname: "mydb"]),
            ("postgresql://user@localhost", [.user: "user", .host: "localhost"]),
            ("postgresql://user:secret@localhost", [.user: "user", .password: "secret", .host: "localhost"]),
            ("postgresql://:secret@", [.password: "secret"]),
            ("postgresql://@h", [.host: "h"]),
            ("postgresql://u:p:q@h", [.user: "u", .password: "p:q", .host: "h"]),
            ("postgresql://u:p?q@h", [.user: "u", .password: "p?q", .host: "h"]),
            (
                "postgresql://other@localhost/otherdb?connect_timeout=10&application_name=myapp",
                [
                    .user: "other", .host: "localhost", .dbname: "otherdb", .connectTimeout: "10",
                    .applicationName: "myapp",
                ]
            ),
            (
                "postgresql://host1:123,host2:456/somedb?target_session_attrs=any",
                [.host: "host1,host2", .port: "123,456", .dbname: "somedb", .targetSessionAttrs: "any"]
            ),
            ("postgresql://a,b:2,", [.host: "a,b,", .port: ",2,"]),
            ("postgresql://:5433/", [.port: "5433"]),
            (
                "postgresql://[2001:db8::1234]:6000/database",
                [.host: "2001:db8::1234", .port: "6000", .dbname: "database"]
            ),
            ("postgresql://[::1],[::2]:7", [.host: "::1,::2", .port: ",7"]),
            ("postgresql:///dbname?host=localhost&port=5433", [.dbname: "dbname", .host: "localhost", .port: "5433"]),
            ("postgresql://%2Fvar%2Flib%2Fpostgresql/dbname", [.host: "/var/lib/postgresql", .dbname: "dbname"]),
            ("postgresql://%40abstract/d", [.host: "@abstract", .dbname: "d"]),
            ("postgresql://h/a/b", [.host: "h", .dbname: "a/b"]),
            ("postgresql://h/a@b", [.host: "h", .dbname: "a@b"]),
            ("postgresql://h?user=u", [.host: "h", .user: "u"]),
            (
                "postgresql://u%3A%40:p%2F%25%C3%A9@h/d%20b",
                [.user: "u:@", .password: "p/%é", .host: "h", .dbname: "d b"]
            ),
            ("postgresql:// h /  d  ?user= u ", [.host: "h", .dbname: "d", .user: "u"]),
            ("postgresql://h/?ssl=true", [.host: "h", .sslmode: "require"]),
            ("postgresql://h/?requiressl=1", [.host: "h", .sslmode: "require"]),
            ("postgresql://h/?sslmode=disable&", [.host: "h", .sslmode: "disable"]),
            ("postgresql://h/?sslmode=a&sslmode=b", [.host: "h", .sslmode: "b"]),
            ("postgresql://h/?options=-c%20work_mem%3D1MB", [.host: "h", .options: "-c work_mem=1MB"]),
            ("postgresql://h/?user=", [.host: "h", .user: ""]),
        ] as [(String, [ConnectionKeyword: String])]
    )
    func uris(_ text: String, _ values: [ConnectionKeyword: String]) throws {
        #expect(try ConnectionString(text).values == values)
    }

    @Test(
        arguments: [
            ("", [:]),
            ("  \t\n", [:]),
            ("host=localhost port=5432 dbname=mydb", [.host: "localhost", .port: "5432", .dbname: "mydb"]),
            (" host = a\tport\n=\r5 ", [.host: "a", .port: "5"]),
            ("password='a b'", [.password: "a b"]),
            (#"password='it\'s \\'user=u"#, [.password: #"it's \"#, .user: "u"]),
            (#"password=a\ b\'c\\ user=u"#, [.password: #"a b'c\"#, .user: "u"]),
            (#"password=a'b"#, [.password: "a'b"]),
            (#"password=a\"#, [.password: "a"]),
            ("user= ", [.user: ""]),
            ("user='' dbname=d", [.user: "", .dbname: "d"]),
            ("user=a=b", [.user: "a=b"]),
            ("user=a user=b", [.user: "b"]),
            ("requiressl=0", [.sslmode: "prefer"]),
            ("dbname=postgresql://h/d", [.dbname: "postgresql://h/d"]),
        ] as [(String, [ConnectionKeyword: String])]
    )
    func keywordsAndValues(_ text: String, _ values: [ConnectionKeyword: String]) throws {
        #expect(try ConnectionString(text).values == values)
    }

    @Test(arguments: [
        ("hunter2", "is neither a URL (postgresql://…) nor a list of keyword=value pairs"),
        ("jdbc:postgresql://u:hunter2@h", "is neither a URL (postgresql://…) nor a list of keyword=value pairs"),
        ("Postgresql://u:hunter2@h", "is neither a URL (postgresql://…) nor a list of keyword=value pairs"),
        ("host=h\0", "contains a NUL character"),
        ("hosst=h", "has the unknown keyword \"hosst\""),
        ("postgresql://h/?hosst=h", "has the unknown keyword \"hosst\""),
        ("postgresql://h/?Host=h", "has the unknown keyword \"Host\""),
        (
            "user=u password=a hunter2",
            "has a word without \"=\" at position 19: a value with blanks must be in single quotes"
        ),
        ("password=a hunter=2", "has an unknown keyword after a secret: was the secret quoted or encoded?"),
        (
            "postgresql://h/?password=a&hunter=2",
            "has an unknown keyword after a secret: was the secret quoted or encoded?"
        ),
        ("postgresql://h/?password=a&hunter2", "has a query parameter without \"=\""),
        ("postgresql://h/?password=hunter=2", "has a query parameter with two \"=\": write %3D"),
        ("postgresql://h/?sslmode", "has a query parameter without \"=\""),
        ("postgresql://h/?&", "has a query parameter without \"=\""),
        ("password='hunter2", "ends inside a quoted value"),
        (#"password='hunter2\"#, "ends inside a quoted value"),
        ("postgresql://[::1", "has no \"]\" after an IPv6 address"),
        ("postgresql://[]", "has an empty IPv6 address"),
        ("postgresql://[::1]z", "goes on after the \"]\" of an IPv6 address: \":\", \"/\", \"?\" or \",\" may"),
        (
            "postgresql://u:hunter%2@h",
            "has a \"%\" without two hexadecimal digits (%25 is the character itself) in its password"
        ),
        ("postgresql://u:hunter%00@h", "has the forbidden character %00 in its password"),
        ("postgresql://u:hunter 2@h", "has a blank that is not written %20 in its password"),
        ("postgresql://u:hunter%FF@h", "has bytes that are not UTF-8 in its password"),
        (
            "postgresql://h/?user=%zz",
            "has a \"%\" without two hexadecimal digits (%25 is the character itself) in its query parameter \"user\""
        ),
        // libpq takes what follows for hosts and databases, and shows them when they cannot be reached.
        ("postgresql://u:hunt@er2@h", "has a second \"@\" before its hosts: write %40 for one in a user or password"),
        ("postgresql://u:hunt/er2@h", "has an \"@\" in its database: write %40, and %2F for a / in a password"),
        ("postgresql://u:hunt@er/2@h", "has an \"@\" in its database: write %40, and %2F for a / in a password"),
    ])
    func whatCannotBeReadIsRefusedWithoutShowingIt(_ text: String, _ reason: String) {
        #expect(!reason.contains("hunter2"))
        #expect(throws: ConnectionStringError(reason)) { try ConnectionString(text) }
    }

    /// Cut anywhere, a string is read or refused, and a refusal never shows the secret.
    @Test(arguments: [
        "postgresql://us%20er:hunter2%40@[::1]:5432,b:5433/d%62?sslmode=require&password=hunter2&user=u",
        #"user = u password = 'hunter2\' hunter2' host=a,b port=\5432 sslmode =require"#,
    ])
    func everyPrefixIsReadOrRefused(_ text: String) {
        for length in 0...text.count {
            do throws(ConnectionStringError) {
                _ = try ConnectionString(String(text.prefix(length)))
            } catch {
                #expect(!"\(error)".contains("hunter"), "\(text.prefix(length))")
            }
        }
    }
}

import Migration
import Testing

@testable import Migration

@Suite struct ScyllaURLTests {
    private func settings(_ text: String) throws(InvalidOption) -> [ScyllaSetting: String] {
        try ScyllaURL(text, origin: "--scylla-url").settings
    }

    @Test func everyPartIsRead() throws {
        #expect(
            try settings("scylla://user:pass@a:1,[::1]:2/ks?tls=true&compression=lz4") == [
                .user: "user", .password: "pass", .host: "a:1,[::1]:2", .keyspace: "ks", .tls: "true",
                .compression: "lz4",
            ]
        )
        #expect(try settings("CQL://h") == [.host: "h"])
        #expect(try settings("cql://") == [:])
        #expect(try settings("cql:///k") == [.keyspace: "k"])
        #expect(try settings("cql://u@?port=1") == [.user: "u", .port: "1"])
    }

    @Test func percentEncodingIsResolvedInEveryPart() throws {
        #expect(
            try settings("scylla://a%40b:%2F%3a%25%3F@h%2D1/k%20s?local-dc=d%26c%3D") == [
                .user: "a@b", .password: "/:%?", .host: "h-1", .keyspace: "k s", .localDatacentre: "d&c=",
            ]
        )
    }

    /// Each holds a password that was not encoded, or is otherwise wrong; no error says a piece of it.
    @Test(arguments: [
        "hunter2", "postgres://u:hunter2@h", "scylla:/u:hunter2@h", "scylla://u:hun@ter2@h", "scylla://u:hun/ter2@h/k",
        "scylla://u:hun?ter2@h", "scylla://u:hunter2?tls=ter2@h", "scylla://u:hunter2%@h", "scylla://u:hunter2%zz@h",
        "scylla://u:hunter2%ff@h", "scylla://u:hunter2%00@h", "scylla://u:p@h?hunter2", "scylla://u:p@h?hunter2=1",
        "scylla://u:p@h?password=hun=ter2", "scylla://u:hunter2@h?password=x", "scylla://h/k/hunter2",
        "scylla://u:p@h?password=hun&ter2", "scylla://u:p@h?host=hunter2",
    ])
    func refusalsShowNothingOfIt(_ text: String) throws {
        let error = #expect(throws: InvalidOption.self) { try settings(text) }
        let description = try #require(error).description
        #expect(description.hasPrefix("--scylla-url "))
        for piece in ["hunter2", "hun", "ter2"] { #expect(!description.contains(piece)) }
    }
}

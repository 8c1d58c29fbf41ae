import PosixIO
import PostgresWire
import TestSupport
import Testing

@testable import PostgresClient

/// A quote is a quote to the server, whatever follows it: Swift makes one character of it and a combining accent.
@Suite struct SQLTextTests {
    private static let accent = "\u{301}"

    @Test func quotesBeforeCombiningCharactersAreDoubled() {
        #expect(SQLText.identifier("a\"\(Self.accent)b").utf8.elementsEqual("\"a\"\"\(Self.accent)b\"".utf8))
        #expect(SQLText.literal("a'\(Self.accent)b").utf8.elementsEqual("'a''\(Self.accent)b'".utf8))
        #expect(SQLText.literal("\\\(Self.accent)'").utf8.elementsEqual(" E'\\\\\(Self.accent)'''".utf8))
        #expect(ReplicationText.literal("'\(Self.accent)").utf8.elementsEqual("'''\(Self.accent)'".utf8))
    }

    @Test(.disabled(if: PostgresServer.isSkipped, "PGSCYLLA_SKIP_LIVE is set"))
    func aServerReadsBackWhatWasQuoted() async throws {
        let server = try await PostgresServer.shared()
        try await onLane { lane in
            let connection = try await PostgresConnection.connect(server.configuration(), on: lane.loop)
            for text in ["'\(Self.accent)", "\\\(Self.accent)'", "\r\n'\r\n", "\"\(Self.accent)\"", "plain"] {
                let sql = "SELECT \(SQLText.literal(text)) AS \(SQLText.identifier(text))"
                let result = try #require(try await connection.query(sql).first)
                #expect(result.columns.first?.name.utf8.elementsEqual(text.utf8) == true)
                #expect(try result.rows.first?.decode(String.self, 0).utf8.elementsEqual(text.utf8) == true)
            }
            connection.close()
        }
    }
}

import Testing

@testable import EmbeddedCQL

@Suite struct ParserFuzzTests {
    private static let seeds = [
        "CREATE KEYSPACE ks WITH replication = {'class': 'NetworkTopologyStrategy', 'datacenter1': 1}",
        "CREATE TABLE ks.t (a int, b frozen<map<text, int>>, PRIMARY KEY ((a), b)) WITH comment = 'x' AND cdc = {}",
        "ALTER TABLE t ADD (a int, b tuple<int, text>)", "DROP TABLE IF EXISTS \"ks\".\"t\"",
        "INSERT INTO t (a, b) VALUES (0xFF, {1: 'x', 2: $$y$$}) IF NOT EXISTS USING TIMESTAMP 1 AND TTL ?",
        "UPDATE t USING TTL :x SET a = [1, -2.5e3], b = null WHERE k IN (?, 2) IF EXISTS",
        "DELETE a, b FROM t WHERE (k, l) = (1, 2) AND m > 1h30m",
        "SELECT DISTINCT a, count(*), token(a, b) AS x FROM t WHERE token(a) >= ? LIMIT 5 ALLOW FILTERING -- end",
        "BEGIN BATCH INSERT INTO t (a) VALUES (123e4567-e89b-12d3-a456-426614174000); APPLY BATCH",
    ]

    /// Whatever the text, the parser returns: a statement or an error, no trap and no hang.
    @Test(arguments: 0..<8) func survivesMutations(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var parsedCount = 0
        for _ in 0..<1500 {
            var bytes = Array((Self.seeds.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 0...4, using: &generator) { mutate(&bytes, &generator) }
            let text = String(decoding: bytes, as: UTF8.self)
            if (try? Parser.parse(text)) != nil { parsedCount += 1 }
        }
        // Some mutations leave the text valid, or there were none: else the test would try nothing but the lexer.
        #expect(parsedCount > 50)
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let other = Array((Self.seeds.randomElement(using: &generator) ?? "").utf8)
        let at = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0...5, using: &generator)))
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: at)
        case 2: bytes.insert(contentsOf: other.prefix(Int.random(in: 0...other.count, using: &generator)), at: at)
        default: bytes = Array(bytes.prefix(at))
        }
    }
}

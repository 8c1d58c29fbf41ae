import CQLWire
import EmbeddedCQL

extension FuzzEntry {
    static let language = [FuzzEntry("cql-parser", statements)]

    private static let definitions = [
        "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}", "USE ks",
        "CREATE TYPE u (a int, b text)",
        """
        CREATE TABLE t (k int, c int, d text, s int static, v text, l list<int>, e set<text>, m map<int, text>, u u,
        f frozen<list<frozen<u>>>, n decimal, w timeuuid, PRIMARY KEY (k, c, d)) WITH CLUSTERING ORDER BY (c ASC, d DESC)
        """,
        "INSERT INTO t (k, c, d, s, v, l, e, m, u) VALUES (1, 1, 'a', 2, 'b', [1, 2], {'x'}, {1: 'y'}, {a: 1})",
        "INSERT INTO t (k, c, d, v) VALUES (1, 2, 'b', 'c') USING TTL 100", "INSERT INTO t (k, s) VALUES (2, 3)",
    ]

    /// A statement per line, run one after the other on a small table; the rows that come back are walked.
    private static func statements(_ input: ArraySlice<UInt8>) throws {
        let trial = try StatementTrial()
        for definition in definitions { _ = try trial.run(definition, binding: []) }
        for line in input.split(separator: UInt8(ascii: "\n")).prefix(8) {
            let text = String(decoding: line, as: UTF8.self)
            guard let result = try? trial.run(text, binding: [0, 0, 0, 1]) else { continue }
            guard case .rows(let rows) = result else { continue }
            var cursor = rows.makeCursor()
            var count = 0
            while let row = try cursor.next() {
                for (value, column) in zip(row, rows.metadata.columns ?? []) {
                    guard let value else { continue }
                    _ = try CQLValue.decode(value, as: column.type)
                }
                count += 1
            }
            try BrokenLaw.unless(count == rows.rowCount, "as many rows come as are announced")
        }
    }
}

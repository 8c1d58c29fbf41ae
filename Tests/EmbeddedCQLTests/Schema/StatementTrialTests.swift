import CQLWire
import EmbeddedCQL
import Testing

@Suite struct StatementTrialTests {
    @Test func everyTableHasRowsOfItsOwn() throws {
        let trial = try StatementTrial()
        for definition in [
            "CREATE KEYSPACE ks WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}", "USE ks",
            "CREATE TABLE a (k int PRIMARY KEY)", "INSERT INTO a (k) VALUES (1)",
            "CREATE TABLE b (k tuple<int> PRIMARY KEY)",
        ] { _ = try trial.run(definition, binding: []) }
        guard case .rows(let rows) = try trial.run("SELECT * FROM b", binding: []) else {
            Issue.record("a SELECT answers rows")
            return
        }
        #expect(rows.rowCount == 0)
    }
}

import PostgresWire
import TestSupport
import Testing

/// Recorded errors and notices, as the psql that received them printed them.
@Suite struct RecordedReportTests {
    /// What psql writes to its standard error for the answers to its statements.
    private func standardError(_ capture: PostgresCapture) throws -> String {
        let trace = try SessionTrace(capture)
        var statements = trace.frontend.compactMap { message -> String? in
            guard case .query(let query) = message else { return nil }
            return query.sql
        }[...]
        var text = ""
        var isStarted = false
        for message in trace.backend {
            switch message {
            case .readyForQuery:
                if isStarted { _ = statements.popFirst() }
                isStarted = true
            case .errorResponse(let response):
                text += ServerReport(PostgresServerError(response).about(statements.first ?? "")).text()
            case .noticeResponse(let notice) where isStarted: text += ServerReport(notice).text()
            default: break
            }
        }
        return text
    }

    @Test(arguments: try PostgresCapture.allAndExtra())
    func reportsReadAsPsqlPrintsThem(_ capture: PostgresCapture) throws {
        let meta = try capture.meta()
        guard let expected = meta["psql_stderr"] as? String, (meta["sql"] as? [String]) != nil else { return }
        // A session that was refused is reported by psql in its own words.
        guard try SessionTrace(capture).backend.contains(where: { $0.id == .readyForQuery }) else { return }
        #expect(try standardError(capture) == expected)
    }

    @Test func manyReportsAreCompared() throws {
        let texts = try PostgresCapture.all().compactMap { try $0.meta()["psql_stderr"] as? String }
        #expect(texts.count { $0.contains("ERROR:") } >= 6)
        #expect(texts.contains { $0.contains("LINE 2:") })
    }
}

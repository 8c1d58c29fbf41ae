import PostgresWire
import TestSupport
import Testing

/// The rules that no recorded error exercises; `GoldenTests` compares recorded ones with psql's own output.
@Suite struct ServerReportTests {
    private func report(
        _ query: String,
        position: Int,
        _ verbosity: ServerReport.Verbosity = .standard
    ) -> String {
        let fields: [ErrorResponse.Field] = [
            .init(.localizedSeverity, "ERROR"), .init(.sqlState, "42601"), .init(.message, "bad"),
            .init(.position, "\(position)"),
        ]
        return ServerReport(PostgresServerError(ErrorResponse(fields: fields)).about(query)).text(verbosity)
    }

    @Test func theCaretStandsBelowTheCharacter() {
        #expect(report("selec 1", position: 1) == "ERROR:  bad\nLINE 1: selec 1\n        ^\n")
        #expect(report("select 1,\n\tx", position: 12) == "ERROR:  bad\nLINE 2:  x\n         ^\n")
        #expect(report("a\r\nb\rc", position: 6) == "ERROR:  bad\nLINE 3: c\n        ^\n")
        // Behind the last character.
        #expect(report("select", position: 7) == "ERROR:  bad\nLINE 1: select\n              ^\n")
    }

    @Test func wideCharactersTakeTwoColumns() {
        let query = "'\u{65E5}\u{1F600}\u{E9}' x"
        #expect(report(query, position: 7) == "ERROR:  bad\nLINE 1: \(query)\n\(String(repeating: " ", count: 16))^\n")
    }

    @Test func longLinesAreCut() {
        let long = String(repeating: "x", count: 100)
        #expect(report(long, position: 1) == "ERROR:  bad\nLINE 1: \(long.prefix(60))...\n        ^\n")
        let space = String(repeating: " ", count: 11 + 59)
        #expect(report(long, position: 100) == "ERROR:  bad\nLINE 1: ...\(long.prefix(60))\n\(space)^\n")
        let middle = String(repeating: " ", count: 11 + 50)
        #expect(report(long, position: 80) == "ERROR:  bad\nLINE 1: ...\(long.prefix(60))...\n\(middle)^\n")
    }

    @Test(arguments: [0, -1, 9, 1_000_000, .max])
    func positionsOutsideTheStatementHaveNoCaret(_ position: Int) {
        #expect(report("select", position: position) == "ERROR:  bad\n")
    }

    @Test func verbosities() {
        #expect(report("selec", position: 1, .terse) == "ERROR:  bad at character 1\n")
        #expect(report("selec", position: 1, .sqlState) == "ERROR:  42601\n")
        #expect(report("selec", position: 1, .verbose) == "ERROR:  42601: bad\nLINE 1: selec\n        ^\n")
    }

    @Test func contextIsForErrors() {
        let fields: [ErrorResponse.Field] = [
            .init(.localizedSeverity, "NOTICE"), .init(.message, "m"), .init(.where, "w"),
        ]
        #expect(ServerReport(NoticeResponse(fields: fields)).text() == "NOTICE:  m\n")
        #expect(ServerReport(NoticeResponse(fields: fields)).text(showsContext: true) == "NOTICE:  m\nCONTEXT:  w\n")
    }
}

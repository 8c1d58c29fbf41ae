import Foundation
import PostgresWire
import TestSupport
import Testing

/// Recorded results, against what the recording clients made of them.
@Suite struct ResultTests {
    /// What psql printed, from the decoded messages alone.
    @Test(arguments: try PostgresCapture.allAndExtra())
    func resultsReadAsPsqlPrintsThem(_ capture: PostgresCapture) throws {
        let meta = try capture.meta()
        guard let expected = meta["psql_stdout"] as? String, (meta["sql"] as? [String]) != nil else { return }
        let messages = try SessionTrace(capture).backend
        // How NULL was shown was not written down.
        let outputs = ["", "<NULL>"].map { PsqlOutput(messages, null: $0).text }
        #expect(outputs.contains(expected), "\(outputs[0])")
    }

    /// Values in text format, column by column.
    @Test(arguments: try PostgresCapture.allAndExtra())
    func textValuesAreTheExpectedOnes(_ capture: PostgresCapture) throws {
        guard !capture.expectedRows.isEmpty else { return }
        var columns: [RowDescription.Column] = []
        var rows: [[String: String?]] = []
        for message in try SessionTrace(capture).backend {
            if case .rowDescription(let description) = message { columns = description.columns }
            guard case .dataRow(let row) = message, columns.allSatisfy({ $0.format == .text }) else { continue }
            let texts = row.columns.map { $0.map { String(decoding: $0, as: UTF8.self) } }
            rows.append(Dictionary(uniqueKeysWithValues: zip(columns.map(\.name), texts)))
        }
        guard !rows.isEmpty else { return }
        #expect(rows == capture.expectedRows)
    }

    @Test(arguments: try PostgresCapture.allAndExtra())
    func columnsAreTheExpectedOnes(_ capture: PostgresCapture) throws {
        let descriptions = try SessionTrace(capture).backend.compactMap { message -> RowDescription? in
            guard case .rowDescription(let description) = message else { return nil }
            return description
        }
        let expected = try capture.meta()["columns"] as? [[String: Any]] ?? []
        guard let columns = descriptions.last?.columns, columns.count == expected.count else { return }
        for (column, expected) in zip(columns, expected) {
            #expect(column.name == expected["name"] as? String)
            // A result's column of a domain is described as its base type.
            guard expected["typtype"] as? String != "d" else { continue }
            #expect(Int(column.type.rawValue) == expected["type_oid"] as? Int)
            #expect(Int(column.typeSize) == expected["typlen"] as? Int)
            #expect(Int(column.typeModifier) == expected["typmod"] as? Int)
        }
    }

    /// The whole stream of a COPY, however it was cut into messages.
    @Test(arguments: try PostgresCapture.allAndExtra())
    func copiedDataIsWhatTheClientWrote(_ capture: PostgresCapture) throws {
        let meta = try capture.meta()
        let trace = try SessionTrace(capture)
        let received = trace.backend.flatMap { message -> ArraySlice<UInt8> in
            if case .copyData(let copyData) = message { copyData.data } else { [] }
        }
        if let text = meta["copy_output"] as? String { #expect(String(decoding: received, as: UTF8.self) == text) }
        if let hex = meta["copy_output_hex"] as? String { #expect(hexadecimal(received) == hex) }
        guard let input = meta["stdin_hex"] as? String else { return }
        let sent = trace.frontend.flatMap { message -> ArraySlice<UInt8> in
            if case .copyData(let copyData) = message { copyData.data } else { [] }
        }
        // psql's input ends its data with the line "\.", which is not sent.
        #expect(input.contains(hexadecimal(sent)) && !sent.isEmpty)
    }

    @Test(arguments: try PostgresCapture.allAndExtra())
    func theExpectedErrorArrives(_ capture: PostgresCapture) throws {
        guard let expected = try capture.meta()["expected_error"] as? String else { return }
        let errors = try SessionTrace(capture).backend.compactMap { message -> String? in
            guard case .errorResponse(let error) = message else { return nil }
            return PostgresServerError(error).message
        }
        #expect(errors.contains(expected))
    }

    @Test func manyResultsAreCompared() throws {
        let captures = try PostgresCapture.all()
        #expect(try captures.count { try $0.meta()["psql_stdout"] != nil } >= 40)
        #expect(captures.count { !$0.expectedRows.isEmpty } >= 24)
        #expect(try captures.count { try $0.meta()["copy_output"] != nil } >= 16)
    }
}

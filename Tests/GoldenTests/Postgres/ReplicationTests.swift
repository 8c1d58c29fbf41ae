import Foundation
import PosixIO
import PostgresWire
import TestSupport
import Testing
import WireKit

/// Recorded replication streams, down to the values of each change.
@Suite struct ReplicationTests {
    @Test(arguments: try ReplicationTrace.captures())
    func streamsRoundTrip(_ capture: PostgresCapture) throws {
        let trace = try ReplicationTrace(capture)
        #expect(!trace.messages.isEmpty || !capture.serverMessages.contains("W"))
        for (content, message, event) in trace.messages {
            var writer = ByteWriter()
            message.encode(into: &writer)
            #expect(writer.bytes[...] == content)
            guard case .xLogData(let data) = message, let event else { continue }
            var again = ByteWriter()
            event.encode(into: &again)
            #expect(again.bytes[...] == data.data)
        }
    }

    @Test(arguments: try ReplicationTrace.captures())
    func statusUpdatesRoundTrip(_ capture: PostgresCapture) throws {
        for message in try SessionTrace(capture).frontend {
            guard case .copyData(let copyData) = message else { continue }
            var writer = ByteWriter()
            try StandbyMessage.decode(copyData.data).encode(into: &writer)
            #expect(writer.bytes[...] == copyData.data)
        }
    }

    @Test(arguments: try ReplicationTrace.captures())
    func messagesComeInTheRecordedOrder(_ capture: PostgresCapture) throws {
        guard let sequence = try capture.meta()["copydata_sequence"] as? String else { return }
        var expected: [String] = []
        for item in sequence.split(separator: " ") {
            let parts = item.split(separator: "*")
            let count = parts.count > 1 ? try #require(Int(parts[1])) : 1
            expected += Array(repeating: String(parts[0]), count: count)
        }
        let actual = try ReplicationTrace(capture).messages.map { _, _, event in
            event.map { "w:\(Character(Unicode.Scalar($0.message.id.rawValue)))" } ?? "k"
        }
        #expect(actual == expected)
    }

    /// The same changes as SQL functions read them from another slot.
    @Test(arguments: try ReplicationTrace.captures())
    func changesAreThoseThatTheServerReadsBySQL(_ capture: PostgresCapture) throws {
        let expected = try capture.meta()["expected_pgoutput_v1_messages"] as? [[String: Any]] ?? []
        let trace = try ReplicationTrace(capture)
        guard !expected.isEmpty, !trace.isStreamed else { return }
        let messages = trace.messages.compactMap { _, message, _ -> ArraySlice<UInt8>? in
            guard case .xLogData(let data) = message else { return nil }
            return data.data
        }
        #expect(messages.count == expected.count)
        for (message, description) in zip(messages, expected) {
            if let digest = description["hex_sha256"] as? String {
                #expect(message.count == description["length"] as? Int)
                #expect(hexadecimal(Crypto.sha256(Array(message))) == digest)
            } else {
                #expect(hexadecimal(message) == description["hex"] as? String)
            }
        }
    }

    /// The same changes as the other output plugin prints them.
    @Test(arguments: try ReplicationTrace.captures())
    func valuesAreThoseThatTestDecodingPrints(_ capture: PostgresCapture) throws {
        let meta = try capture.meta()
        let command = meta["replication_command"] as? String ?? ""
        // Publications that leave out rows or columns have no counterpart in test_decoding.
        guard command.contains(#""publication_names" 'pub'"#), !command.contains(#""binary" 'true'"#) else { return }
        let actual = try TestDecodingText(meta).lines(of: try ReplicationTrace(capture))
        let expected = try TestDecodingText.expected(meta)
        for (xid, lines) in actual where !lines.isEmpty {
            let wanted = try #require(expected[xid], "transaction \(xid)")
            #expect(lines.count == wanted.lineCount, "transaction \(xid)")
            for (index, pattern) in wanted.lines where lines.indices.contains(index) {
                #expect(pattern.matches(lines[index]), "\(lines[index]) is not \(pattern)")
            }
        }
    }

    @Test(arguments: try ReplicationTrace.captures())
    func answersToCommandsAreTheRecordedOnes(_ capture: PostgresCapture) throws {
        let meta = try capture.meta()
        let rows = try SessionTrace(capture).backend.compactMap { message -> [String?]? in
            guard case .dataRow(let row) = message else { return nil }
            return row.columns.map { $0.map { String(decoding: $0, as: UTF8.self) } }
        }
        for key in ["identify_system", "create_slot_result"] {
            guard let expected = meta[key] as? [Any] else { continue }
            let texts = expected.map { $0 is NSNull ? nil : "\($0)" }
            // The slot may have been created on another connection.
            #expect(rows.contains(texts) || key == "create_slot_result", "\(key)")
        }
        for command in meta["commands"] as? [[Any]] ?? [] {
            for row in command.last as? [[Any]] ?? [] {
                #expect(rows.contains(row.map { $0 is NSNull ? nil : "\($0)" }), "\(command[0])")
            }
        }
    }
}

/// Two digits per byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

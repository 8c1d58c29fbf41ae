import Foundation
import PostgresWire
import TestSupport
import Testing
import WireKit

/// Decoders fed with damaged bytes throw or succeed; they never trap, and what they accept they can write again.
@Suite struct FuzzTests {
    /// `PGSCYLLA_FUZZ_SEED` repeats a run, `PGSCYLLA_FUZZ_ROUNDS` lengthens it.
    private let seed = UInt64(ProcessInfo.processInfo.environment["PGSCYLLA_FUZZ_SEED"] ?? "") ?? 0x5EED
    private let rounds = Int(ProcessInfo.processInfo.environment["PGSCYLLA_FUZZ_ROUNDS"] ?? "") ?? 40

    /// Decodes, encodes and decodes again.
    private func checkBackend(_ frame: MessageFrame, _ note: Comment) throws {
        guard let message = try? BackendMessage.decode(frame) else { return }
        if case .dataRow(let row) = message { #expect(Array(row.columns).count == row.columnCount, note) }
        var writer = ByteWriter()
        message.encode(into: &writer)
        guard case .frame(let again) = MessageFrame.next(in: writer.bytes[...]) else {
            Issue.record("the encoded message is no frame; \(note)")
            return
        }
        #expect(try BackendMessage.decode(again) == message, note)
    }

    @Test func damagedBackendMessages() throws {
        var generator = SeededRandom(seed: seed)
        for message in MessageSamples.backend {
            var writer = ByteWriter()
            message.encode(into: &writer)
            for round in 0..<rounds * 10 {
                let bytes = generator.mutation(of: writer.bytes)
                let note: Comment = "seed \(seed), round \(round), \(message.id): \(bytes)"
                if case .frame(let frame) = MessageFrame.next(in: bytes[...]) { try checkBackend(frame, note) }
                // The same damage behind a length that fits reaches the body's decoder.
                try checkBackend(MessageFrame(tag: writer.bytes[0], body: bytes.dropFirst(5)), note)
            }
        }
    }

    @Test func damagedFrontendMessages() throws {
        var generator = SeededRandom(seed: seed)
        for message in MessageSamples.frontend {
            var writer = ByteWriter()
            message.encode(into: &writer)
            let response = MessageSamples.response(of: message)
            for round in 0..<rounds * 10 {
                let bytes = generator.mutation(of: writer.bytes)
                let frame = MessageFrame(tag: writer.bytes[0], body: bytes.dropFirst(5))
                guard let decoded = try? FrontendMessage.decode(frame, response: response) else { continue }
                var again = ByteWriter()
                decoded.encode(into: &again)
                #expect(again.bytes.dropFirst(5).elementsEqual(frame.body), "seed \(seed), round \(round): \(bytes)")
            }
        }
    }

    @Test func damagedCaptures() throws {
        var generator = SeededRandom(seed: seed)
        for capture in try PostgresCapture.all() {
            // A prefix of the longest captures holds every kind of message they have.
            let original = Array(capture.serverBytes.prefix(8192))
            for _ in 0..<max(rounds / 10, 1) {
                var rest = generator.mutation(of: original)[...]
                _ = LegacyErrorResponse.next(in: rest)
                while case .frame(let frame) = MessageFrame.next(in: rest) {
                    try checkBackend(frame, "seed \(seed), \(capture.name)")
                    rest = rest.dropFirst(frame.byteCount)
                }
                _ = StartupPacket.next(in: generator.mutation(of: Array(capture.clientBytes.prefix(512)))[...])
            }
        }
    }

    @Test func damagedValues() throws {
        var generator = SeededRandom(seed: seed)
        for name in ["pg18_ext_alltypes_binary", "pg18_ext_moretypes_binary", "pg18_ext_numerics_binary"] {
            for (column, value) in try BinaryRows(try PostgresCapture.named(name)).values {
                guard let value else { continue }
                for _ in 0..<rounds {
                    let bytes = generator.mutation(of: Array(value))[...]
                    _ = try? PostgresText.render(binary: bytes, type: column.type)
                    _ = try? [String?].decode(bytes, type: column.type, format: .binary)
                    _ = try? [String?].decode(bytes, type: column.type, format: .text)
                    _ = try? Int64.decode(bytes, type: column.type, format: .binary)
                    _ = try? [UInt8].decode(bytes, type: column.type, format: .text)
                }
            }
        }
    }

    @Test func everyTypeOnRandomBytes() {
        var generator = SeededRandom(seed: seed)
        let types = (1...4096).map { TypeOID(rawValue: $0) }
        for type in types {
            for count in [0, 1, 4, 8, 16, 24] {
                let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
                _ = try? PostgresText.render(binary: bytes[...], type: type)
            }
        }
    }
}

import CQLWire
import TestSupport
import Testing
import WireKit

/// Mutations of real frames and values never trap; what still decodes encodes, and decodes to the same again.
@Suite struct CodecFuzzTests {
    private static let seeds: [UInt64] = [1, 2, 3, 4]

    /// Small envelopes of every kind, at most forty of a capture.
    private static let corpus: [(frame: Frame, bytes: [UInt8])] = ((try? CQLCapture.all()) ?? []).flatMap { capture in
        capture.envelopes
            .filter { capture.exemption($0) == nil && $0.bodyLength < 600 }
            .prefix(40)
            .compactMap { envelope in
                (try? capture.frame(envelope)).map { ($0, Array(capture.bytes(of: envelope))) }
            }
    }

    @Test(arguments: seeds)
    func mutatedFrames(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var accepted = 0
        for entry in Self.corpus {
            let frame = Frame(header: entry.frame.header, body: random.mutation(of: Array(entry.frame.body))[...])
            if frame.header.direction == .request {
                guard let message = try? RequestFrame.decode(frame) else { continue }
                var writer = ByteWriter()
                try message.encode(into: &writer)
                #expect(try RequestFrame.decode(Self.frame(writer.bytes)) == message, "seed \(seed)")
            } else {
                guard let message = try? ResponseFrame.decode(frame) else { continue }
                var writer = ByteWriter()
                try message.encode(into: &writer)
                #expect(try ResponseFrame.decode(Self.frame(writer.bytes)) == message, "seed \(seed)")
                Self.walk(message)
            }
            accepted += 1
        }
        #expect(accepted > 0 && accepted < Self.corpus.count)
    }

    private static func frame(_ bytes: [UInt8]) throws -> Frame {
        var reader = ByteReader(bytes)
        let header = try FrameHeader.decode(from: &reader)
        return Frame(header: header, body: reader.rest)
    }

    /// Decodes and prints every value of a result, as far as its bytes allow.
    private static func walk(_ message: ResponseFrame) {
        guard case .result(.rows(let rows)) = message.response, let columns = rows.metadata.columns else { return }
        var cursor = rows.makeCursor()
        while let row = try? cursor.next() {
            for (bytes, column) in zip(row, columns) {
                _ = CQLValue.literal(bytes.flatMap { try? CQLValue.decode($0, as: column.type) })
            }
        }
    }

    @Test(arguments: seeds)
    func mutatedStreams(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            var decoder = FrameDecoder(expecting: .response, bodyLimit: 1 << 20)
            let stream = (0..<4).compactMap { _ in Self.corpus.randomElement(using: &random)?.bytes }.flatMap { $0 }
            decoder.append(random.mutation(of: stream))
            var frames = 0
            while case .frame = decoder.next() { frames += 1 }
            #expect(frames <= 5 && decoder.bufferedByteCount <= stream.count + 3)
        }
    }

    @Test(arguments: seeds)
    func mutatedValues(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<100 {
            for sample in CQLValueTests.samples {
                let bytes = random.mutation(of: try sample.value.encoded())
                guard let value = try? CQLValue.decode(bytes[...], as: sample.type) else { continue }
                // The constant tells NaNs apart from other values, which == does not.
                #expect(try CQLValue.decode(value.encoded()[...], as: sample.type).literal == value.literal)
            }
        }
    }

    @Test(arguments: seeds)
    func mutatedTexts(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let texts = [
            "frozen<map<int, list<text>>>", "2024-02-29 12:00:00.123+0200", "23:59:59.999999999", "-12.34E-5",
            "2001:db8::1:2", "123e4567-e89b-42d3-a456-426614174000",
        ]
        for text in texts.flatMap({ repeatElement($0, count: 200) }) {
            let mutated = String(decoding: random.mutation(of: Array(text.utf8)), as: UTF8.self)
            _ = try? ColumnType(spelling: mutated)
            _ = (TemporalText.milliseconds(mutated), TemporalText.nanoseconds(mutated), CQLUUID(mutated))
            if let decimal = CQLDecimal(mutated) { #expect(CQLDecimal(decimal.description) == decimal) }
            if let address = CQLInet(mutated) { #expect(CQLInet(address.description) == address) }
        }
    }
}

import CQLWire
import WireKit

extension FuzzEntry {
    static let cql = [
        FuzzEntry("cql-requests", requestFrames),
        FuzzEntry("cql-responses", responseFrames),
        FuzzEntry("cql-values", typedValue),
        FuzzEntry("cql-compression", compressedFrames),
        FuzzEntry("cql-tablets", tabletRouting),
    ]

    /// Whatever was agreed with ScyllaDB, and nothing of it.
    private static let agreements = [ProtocolExtensions.none, .all]
    /// Less than the specification allows, so that a small input that grows is quick to judge.
    private static let bodyLimit = 1 << 20

    /// Frames of a client; what is accepted encodes to something that means the same.
    private static func requestFrames(_ input: ArraySlice<UInt8>) throws {
        for extensions in agreements {
            var decoder = FrameDecoder(expecting: .request)
            decoder.append(input)
            while case .frame(let frame) = decoder.next() {
                guard let request = try? RequestFrame.decode(frame, extensions: extensions) else { continue }
                var writer = ByteWriter()
                try request.encode(into: &writer)
                let again = try RequestFrame.decode(onlyFrame(writer.bytes, .request), extensions: extensions)
                try BrokenLaw.unless(again == request, "a request decodes to what was encoded")
            }
        }
    }

    /// Frames of a node; the values of a result are walked.
    private static func responseFrames(_ input: ArraySlice<UInt8>) throws {
        for extensions in agreements {
            var decoder = FrameDecoder(expecting: .response)
            decoder.append(input)
            while case .frame(let frame) = decoder.next() {
                guard let response = try? ResponseFrame.decode(frame, extensions: extensions) else { continue }
                if case .result(.rows(let rows)) = response.response { walk(rows) }
                var writer = ByteWriter()
                try response.encode(into: &writer)
                let again = try ResponseFrame.decode(onlyFrame(writer.bytes, .response), extensions: extensions)
                try BrokenLaw.unless(again == response, "a response decodes to what was encoded")
            }
        }
    }

    private static func onlyFrame(_ bytes: [UInt8], _ direction: FrameHeader.Direction) throws -> Frame {
        var decoder = FrameDecoder(expecting: direction)
        decoder.append(bytes)
        guard case .frame(let frame) = decoder.next(), decoder.bufferedByteCount == 0 else {
            throw BrokenLaw("an encoded message is a frame")
        }
        return frame
    }

    private static func walk(_ rows: Rows) {
        var cursor = rows.makeCursor()
        let columns = rows.metadata.columns ?? []
        while let row = try? cursor.next() {
            for (bytes, column) in zip(row, columns) {
                if let bytes { _ = try? CQLValue.decode(bytes, as: column.type) }
            }
        }
    }

    /// A type as results describe it, then a value of it.
    private static func typedValue(_ input: ArraySlice<UInt8>) throws {
        var reader = ByteReader(input)
        guard let type = try? ColumnType.decode(from: &reader, version: .v4) else { return }
        guard let value = try? CQLValue.decode(reader.rest, as: type) else { return }
        let again = try CQLValue.decode(value.encoded()[...], as: type)
        // NaN is not equal to itself, but its constant is.
        try BrokenLaw.unless(again.literal == value.literal, "a value decodes to what was encoded")
    }

    /// A body that is said to be compressed, and the same bytes as one to compress.
    private static func compressedFrames(_ input: ArraySlice<UInt8>) throws {
        for compression in FrameCompression.allCases {
            try compress(input, with: compression)
            guard let body = try? compression.decompress(input, limit: bodyLimit) else { continue }
            try BrokenLaw.unless(body.count <= bodyLimit, "no body is longer than the limit")
            // Every byte of a block stands for 255 at most.
            try BrokenLaw.unless(body.count <= input.count * 255, "no body is longer than its block can say")
            try compress(body[...], with: compression)
        }
    }

    private static func compress(_ body: ArraySlice<UInt8>, with compression: FrameCompression) throws {
        guard let compressed = compression.compress(body.span) else { return }
        let again = try compression.decompress(compressed[...], limit: body.count)
        try BrokenLaw.unless(again[...] == body, "a body decompresses to what was compressed")
    }

    /// The value of a custom payload's entry.
    private static func tabletRouting(_ input: ArraySlice<UInt8>) throws {
        guard let routing = try? TabletRouting.decode(input) else { return }
        try BrokenLaw.unless(try routing.encoded()[...] == input, "tablets encode to what was decoded")
    }
}

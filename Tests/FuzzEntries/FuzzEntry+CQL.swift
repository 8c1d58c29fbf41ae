import CQLWire
import WireKit

extension FuzzEntry {
    static let cql = [
        FuzzEntry("cql-requests", requestFrames),
        FuzzEntry("cql-responses", responseFrames),
        FuzzEntry("cql-values", typedValue),
    ]

    /// Frames of a client; what is accepted encodes to something that means the same.
    private static func requestFrames(_ input: ArraySlice<UInt8>) throws {
        var decoder = FrameDecoder(expecting: .request)
        decoder.append(input)
        while case .frame(let frame) = decoder.next() {
            guard let request = try? RequestFrame.decode(frame) else { continue }
            var writer = ByteWriter()
            try request.encode(into: &writer)
            var again = FrameDecoder(expecting: .request)
            again.append(writer.bytes)
            guard case .frame(let encoded) = again.next() else { throw BrokenLaw("an encoded request is a frame") }
            try BrokenLaw.unless(try RequestFrame.decode(encoded) == request, "a request decodes to what was encoded")
        }
    }

    /// Frames of a node; the values of a result are walked.
    private static func responseFrames(_ input: ArraySlice<UInt8>) throws {
        var decoder = FrameDecoder(expecting: .response)
        decoder.append(input)
        while case .frame(let frame) = decoder.next() {
            guard let response = try? ResponseFrame.decode(frame) else { continue }
            if case .result(.rows(let rows)) = response.response { walk(rows) }
            var writer = ByteWriter()
            try response.encode(into: &writer)
            var again = FrameDecoder(expecting: .response)
            again.append(writer.bytes)
            guard case .frame(let encoded) = again.next() else { throw BrokenLaw("an encoded response is a frame") }
            try BrokenLaw.unless(
                try ResponseFrame.decode(encoded) == response,
                "a response decodes to what was encoded"
            )
        }
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
}

package import WireKit

/// The values of one row in a change, left as they were received.
///
/// PostgreSQL documentation, "Logical Replication Message Formats", TupleData. Decoding checks every length once;
/// values are cut out when they are walked.
package struct TupleData: Hashable, Sendable, MessageBody {
    /// One value of a row.
    package enum Value: Hashable, Sendable {
        case null
        /// A TOASTed value that the change did not touch and that the server therefore did not read.
        case unchangedTOAST
        /// The type's text form.
        case text(ArraySlice<UInt8>)
        /// The type's binary form, with the option `binary`.
        case binary(ArraySlice<UInt8>)
    }

    /// The number of columns.
    package let columnCount: Int
    /// Per column a kind and, for text and binary, an `Int32` length and that many bytes.
    private let encodedValues: ArraySlice<UInt8>

    package init(_ values: [Value]) {
        var writer = ByteWriter()
        for value in values { value.encode(into: &writer) }
        columnCount = values.count
        encodedValues = writer.bytes[...]
    }

    private init(columnCount: Int, encodedValues: ArraySlice<UInt8>) {
        self.columnCount = columnCount
        self.encodedValues = encodedValues
    }

    /// The values in order.
    package var values: Values { Values(remaining: columnCount, reader: ByteReader(encodedValues)) }

    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let count = try reader.readCount("tuple column count", itemByteCount: 1)
        let start = reader.rest
        for _ in 0..<count { _ = try Value.decode(from: &reader) }
        return Self(columnCount: count, encodedValues: start.prefix(start.count - reader.remaining))
    }

    package func encode(into writer: inout ByteWriter) {
        writer.writeInteger(Int16(columnCount))
        writer.writeBytes(encodedValues)
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.columnCount == right.columnCount && left.encodedValues == right.encodedValues
    }
}

extension TupleData {
    /// A row's values, cut out one after the other.
    package struct Values: Sequence, IteratorProtocol {
        fileprivate var remaining: Int
        fileprivate var reader: ByteReader

        package mutating func next() -> Value? {
            guard remaining > 0 else { return nil }
            remaining -= 1
            // The lengths were checked when the row was decoded, so reading cannot fail here.
            return try? Value.decode(from: &reader)
        }
    }
}

extension TupleData.Value: MessageBody {
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let at = reader.offset
        switch try reader.readInteger("tuple column kind", as: UInt8.self) {
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "u"): return .unchangedTOAST
        case UInt8(ascii: "t"): return .text(try bytes(from: &reader))
        case UInt8(ascii: "b"): return .binary(try bytes(from: &reader))
        case let kind: throw WireError(.unknownCode(Int(kind)), field: "tuple column kind", offset: at)
        }
    }

    private static func bytes(from reader: inout ByteReader) throws(WireError) -> ArraySlice<UInt8> {
        let length = Int(try reader.readInteger("tuple column length", as: Int32.self))
        return try reader.readBytes(length, "tuple column value")
    }

    package func encode(into writer: inout ByteWriter) {
        switch self {
        case .null: writer.writeInteger(UInt8(ascii: "n"))
        case .unchangedTOAST: writer.writeInteger(UInt8(ascii: "u"))
        case .text(let bytes): Self.write("t", bytes, into: &writer)
        case .binary(let bytes): Self.write("b", bytes, into: &writer)
        }
    }

    private static func write(_ kind: Unicode.Scalar, _ bytes: ArraySlice<UInt8>, into writer: inout ByteWriter) {
        writer.writeInteger(UInt8(ascii: kind))
        writer.writeLengthPrefixed(as: Int32.self) { $0.writeBytes(bytes) }
    }
}

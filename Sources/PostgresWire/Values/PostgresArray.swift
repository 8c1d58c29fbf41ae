package import WireKit

/// The binary form of an array, with its elements as slices.
///
/// PostgreSQL source, `src/backend/utils/adt/arrayfuncs.c`, array_send and array_out.
package struct PostgresArray: Hashable, Sendable {
    /// One dimension: how many elements, and the subscript of the first.
    package struct Dimension: Hashable, Sendable {
        package let count: Int
        package let lowerBound: Int32
    }

    /// PostgreSQL's limit (MAXDIM).
    package static let maximumDimensionCount = 6

    package let elementType: TypeOID
    /// Outermost first; none for an empty array.
    package let dimensions: [Dimension]
    /// The elements, last dimension fastest; `nil` is NULL.
    package let elements: [ArraySlice<UInt8>?]

    /// Reads an array; the caller checks that nothing follows.
    ///
    /// - Throws: `WireError` when the dimensions announce more elements than there are bytes for, or a field is not
    ///   one that PostgreSQL sends.
    package static func decode(from reader: inout ByteReader) throws(WireError) -> Self {
        let dimensionCount = Int(try reader.readInteger("dimension count", as: Int32.self))
        guard (0...maximumDimensionCount).contains(dimensionCount) else {
            throw WireError(.invalidLength(dimensionCount), field: "dimension count", offset: 0)
        }
        let flags = try reader.readInteger("array flags", as: Int32.self)
        guard flags == 0 || flags == 1 else {
            throw WireError(.unknownCode(Int(flags)), field: "array flags", offset: 4)
        }
        let elementType = TypeOID(rawValue: try reader.readInteger("element type", as: UInt32.self))
        var dimensions: [Dimension] = []
        var elementCount = dimensionCount == 0 ? 0 : 1
        for _ in 0..<dimensionCount {
            let count = Int(try reader.readInteger("dimension size", as: Int32.self))
            let lowerBound = try reader.readInteger("lower bound", as: Int32.self)
            guard count >= 0 else { throw reader.error(.invalidLength(count), "dimension size") }
            dimensions.append(Dimension(count: count, lowerBound: lowerBound))
            let (product, overflow) = elementCount.multipliedReportingOverflow(by: count)
            guard !overflow, product <= reader.remaining else {
                throw reader.error(.truncated(needed: count, remaining: reader.remaining), "array elements")
            }
            elementCount = product
        }
        var elements: [ArraySlice<UInt8>?] = []
        for _ in 0..<elementCount { elements.append(try reader.readNullableValue("array element")) }
        return Self(elementType: elementType, dimensions: dimensions, elements: elements)
    }

    /// The text form, given that of the elements.
    ///
    /// - Throws: what `element` throws.
    package func text(_ element: (ArraySlice<UInt8>) throws(WireError) -> String) throws(WireError) -> String {
        guard !elements.isEmpty else { return "{}" }
        var texts: [String] = []
        texts.reserveCapacity(elements.count)
        for value in elements {
            if let value { texts.append(Self.quoted(try element(value))) } else { texts.append("NULL") }
        }
        // Join from the innermost dimension outwards; the outermost leaves one text.
        for dimension in dimensions.reversed() where dimension.count > 0 {
            texts = stride(from: 0, to: texts.count, by: dimension.count).map {
                "{" + texts[$0..<min($0 + dimension.count, texts.count)].joined(separator: ",") + "}"
            }
        }
        return boundsPrefix + texts.joined()
    }

    /// `[l:u]…=` when a subscript does not start at 1.
    private var boundsPrefix: String {
        guard dimensions.contains(where: { $0.lowerBound != 1 }) else { return "" }
        return dimensions.map { "[\($0.lowerBound):\(Int($0.lowerBound) + $0.count - 1)]" }.joined() + "="
    }

    private static func quoted(_ text: String) -> String {
        guard needsQuotes(text) else { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }

    private static func needsQuotes(_ text: String) -> Bool {
        guard !text.isEmpty, !isNULL(text) else { return true }
        return text.utf8.contains { byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","):
                true
            // array_isspace: the whitespace of the C locale.
            case UInt8(ascii: " "), 0x09...0x0D: true
            default: false
            }
        }
    }

    private static func isNULL(_ text: String) -> Bool {
        text.utf8.elementsEqual("null".utf8) { $0 | 0x20 == $1 }
    }
}

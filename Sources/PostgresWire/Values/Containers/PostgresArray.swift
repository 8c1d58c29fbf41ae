package import WireKit

/// An array: its shape and its elements, of which each may be NULL.
///
/// `Element` is `PostgresValue`, or a slice of the bytes that an element is encoded as. At most 6 dimensions, whose
/// subscripts start anywhere. PostgreSQL source, `src/backend/utils/adt/arrayfuncs.c`, array_send and array_out.
package struct PostgresArray<Element: Hashable & Sendable>: Hashable, Sendable {
    /// Outermost first; none for an empty array.
    package let dimensions: [PostgresArrayDimension]
    /// The last dimension fastest; `nil` is NULL.
    package let elements: [Element?]

    /// One dimension, whose subscripts start at 1.
    package init(_ elements: [Element?]) {
        dimensions = elements.isEmpty ? [] : [PostgresArrayDimension(count: elements.count, lowerBound: 1)]
        self.elements = elements
    }

    /// Nothing unless the dimensions have the product of their counts as elements, and at most 6 are there.
    package init?(dimensions: [PostgresArrayDimension], elements: [Element?]) {
        guard dimensions.count <= Self.maximumDimensionCount, dimensions.isEmpty == elements.isEmpty,
            dimensions.allSatisfy({ $0.count > 0 && $0.upperBound < Int(Int32.max) })
        else { return nil }
        // Each count is at least 1: no product before the last is more than the elements.
        var product = 1
        for dimension in dimensions {
            let (next, overflow) = product.multipliedReportingOverflow(by: dimension.count)
            guard !overflow, next <= elements.count else { return nil }
            product = next
        }
        guard dimensions.isEmpty || product == elements.count else { return nil }
        self.dimensions = dimensions
        self.elements = elements
    }

    /// PostgreSQL's limit (MAXDIM).
    package static var maximumDimensionCount: Int { 6 }

    /// The same array of other elements.
    ///
    /// - Throws: what `transform` throws.
    func map<T>(_ transform: (Element) throws(WireError) -> T) throws(WireError) -> PostgresArray<T> {
        var mapped: [T?] = []
        mapped.reserveCapacity(elements.count)
        for element in elements {
            if let element { mapped.append(try transform(element)) } else { mapped.append(nil) }
        }
        return PostgresArray<T>(unchecked: mapped, dimensions)
    }

    fileprivate init(unchecked elements: [Element?], _ dimensions: [PostgresArrayDimension]) {
        self.elements = elements
        self.dimensions = dimensions
    }
}

/// How many elements a dimension has, and the subscript of the first.
package struct PostgresArrayDimension: Hashable, Sendable {
    package let count: Int
    package let lowerBound: Int32

    package init(count: Int, lowerBound: Int32) {
        self.count = count
        self.lowerBound = lowerBound
    }

    var upperBound: Int { Int(lowerBound) + count - 1 }
}

extension PostgresArray<ArraySlice<UInt8>> {
    /// Reads the binary form, with its elements left as they are; the caller checks that nothing follows.
    ///
    /// - Returns: the array and the type that it says its elements are of.
    /// - Throws: `WireError` when the dimensions announce more elements than there are bytes for, or a field is not
    ///   one that PostgreSQL sends.
    package static func decode(
        from reader: inout ByteReader
    ) throws(WireError) -> (array: Self, elementType: TypeOID) {
        let dimensionCount = Int(try reader.readInteger("dimension count", as: Int32.self))
        guard (0...maximumDimensionCount).contains(dimensionCount) else {
            throw WireError(.invalidLength(dimensionCount), field: "dimension count", offset: 0)
        }
        let flags = try reader.readInteger("array flags", as: Int32.self)
        guard flags == 0 || flags == 1 else {
            throw WireError(.unknownCode(Int(flags)), field: "array flags", offset: 4)
        }
        let elementType = TypeOID(rawValue: try reader.readInteger("element type", as: UInt32.self))
        var dimensions: [PostgresArrayDimension] = []
        var elementCount = dimensionCount == 0 ? 0 : 1
        for _ in 0..<dimensionCount {
            let count = Int(try reader.readInteger("dimension size", as: Int32.self))
            let lowerBound = try reader.readInteger("lower bound", as: Int32.self)
            guard count >= 0 else { throw reader.error(.invalidLength(count), "dimension size") }
            let dimension = PostgresArrayDimension(count: count, lowerBound: lowerBound)
            guard dimension.upperBound < Int(Int32.max) else {
                throw reader.error(.invalidValue("a subscript is below 2147483647"), "lower bound")
            }
            dimensions.append(dimension)
            let (product, overflow) = elementCount.multipliedReportingOverflow(by: count)
            guard !overflow, product <= reader.remaining / 4 else {
                throw reader.error(.truncated(needed: count, remaining: reader.remaining), "array elements")
            }
            elementCount = product
        }
        var elements: [ArraySlice<UInt8>?] = []
        elements.reserveCapacity(elementCount)
        for _ in 0..<elementCount { elements.append(try reader.readNullableValue("array element")) }
        return (Self(unchecked: elements, elements.isEmpty ? [] : dimensions), elementType)
    }
}

extension PostgresArray {
    /// Writes the binary form, given that of the elements.
    ///
    /// - Throws: what `element` throws.
    func encode(
        elementType: TypeOID,
        into writer: inout ByteWriter,
        _ element: (Element, inout ByteWriter) throws(WireError) -> Void
    ) throws(WireError) {
        writer.writeInteger(Int32(dimensions.count))
        writer.writeInteger(Int32(elements.contains(nil) ? 1 : 0))
        writer.writeInteger(elementType.rawValue)
        for dimension in dimensions {
            writer.writeInteger(Int32(dimension.count))
            writer.writeInteger(dimension.lowerBound)
        }
        for value in elements {
            try writer.writeNullable(value, element)
        }
    }
}

extension ByteWriter {
    /// Writes an `Int32` length and what `body` writes for the value, or −1 for NULL.
    ///
    /// - Throws: what `body` throws.
    mutating func writeNullable<Value>(
        _ value: Value?,
        _ body: (Value, inout ByteWriter) throws(WireError) -> Void
    ) throws(WireError) {
        guard let value else { return writeInteger(Int32(-1)) }
        try writeLengthPrefixed(as: Int32.self) { (writer) throws(WireError) in try body(value, &writer) }
    }
}

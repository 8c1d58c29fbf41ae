import SchemaTranslation
import WireKit

/// Converts single values with bounds checks and reasons; `RowConversion` drives it.
struct ValueConversion {
    /// Why a value did not convert.
    enum Failure: Error {
        case rejected(RejectReason)
        case malformed(WireError)
    }

    let isKey: Bool
    /// Timestamps whose microseconds were cut so far.
    private(set) var flooredCount = 0

    init(isKey: Bool) { self.isKey = isKey }

    /// Appends `field` as a `[value]`.
    mutating func append(
        _ field: ArraySlice<UInt8>,
        _ conversion: ColumnConversion,
        to writer: inout ByteWriter
    ) throws(Failure) {
        let start = writer.count
        writer.writeInteger(Int32(0))
        try appendContent(field, conversion, to: &writer)
        let length = writer.count - start - 4
        guard let encoded = Int32(exactly: length) else { throw .rejected(.rowTooLarge(byteCount: length)) }
        writer.overwriteInteger(encoded, at: start)
    }

    private mutating func appendContent(
        _ field: ArraySlice<UInt8>,
        _ conversion: ColumnConversion,
        to writer: inout ByteWriter
    ) throws(Failure) {
        switch conversion {
        case .identical:
            writer.writeBytes(field)
        case .text:
            guard String(validating: field, as: UTF8.self) != nil else { throw .rejected(.invalidUTF8) }
            writer.writeBytes(field)
        case .timestamp:
            writer.writeInteger(try timestamp(try integer(field, "timestamp")))
        case .date:
            let days: Int32 = try integer(field, "date")
            if days == .max || days == .min { throw .rejected(.infiniteDate) }
            writer.writeInteger(UInt32(bitPattern: days &+ Epoch.dayOffset) &+ Epoch.dateCentre)
        case .time:
            let microseconds: Int64 = try integer(field, "time")
            guard (0..<Epoch.microsecondsPerDay).contains(microseconds) else { throw .rejected(.timeOutOfRange) }
            writer.writeInteger(microseconds * 1000)
        case .numeric:
            try DecimalConversion.append(field, to: &writer)
        case .inet:
            writer.writeBytes(try address(field))
        case .jsonb:
            guard let version = field.first else { throw .malformed(Self.defect("is empty", "jsonb")) }
            guard version == 1 else { throw .rejected(.unknownJSONBVersion(Int(version))) }
            writer.writeBytes(field.dropFirst())
        case .array(let element):
            try appendList(field, element, to: &writer)
        }
    }

    private func integer<T: FixedWidthInteger>(_ field: ArraySlice<UInt8>, _ name: String) throws(Failure) -> T {
        var reader = ByteReader(field)
        return try Self.wellFormed { () throws(WireError) in
            let value = try reader.readInteger(name, as: T.self)
            try reader.expectEnd(name)
            return value
        }
    }

    private mutating func timestamp(_ microseconds: Int64) throws(Failure) -> Int64 {
        if microseconds == .max || microseconds == .min { throw .rejected(.infiniteTimestamp) }
        let (quotient, rest) = microseconds.quotientAndRemainder(dividingBy: 1000)
        if rest != 0 {
            if isKey { throw .rejected(.microsecondsInKey) }
            flooredCount += 1
        }
        return (rest < 0 ? quotient - 1 : quotient) + Epoch.millisecondOffset
    }

    private func address(_ field: ArraySlice<UInt8>) throws(Failure) -> ArraySlice<UInt8> {
        let bytes = field.dropFirst(4)
        guard field.count == 8 || field.count == 20, Int(field[field.startIndex + 3]) == bytes.count else {
            throw .malformed(Self.defect("is neither IPv4 nor IPv6", "inet"))
        }
        guard Int(field[field.startIndex + 1]) == bytes.count * 8 else { throw .rejected(.networkMask) }
        return bytes
    }

    private mutating func appendList(
        _ field: ArraySlice<UInt8>,
        _ conversion: ColumnConversion,
        to writer: inout ByteWriter
    ) throws(Failure) {
        var reader = ByteReader(field)
        let dimensionCount = try Self.wellFormed { () throws(WireError) in
            let dimensionCount = try reader.readInteger("dimension count", as: Int32.self)
            _ = try reader.readInteger("has NULL", as: Int32.self)
            _ = try reader.readInteger("element type", as: UInt32.self)
            return dimensionCount
        }
        if dimensionCount > 1 { throw .rejected(.multidimensionalArray(dimensionCount: Int(dimensionCount))) }
        var elementCount: Int32 = 0
        if dimensionCount == 1 {
            let dimension = try Self.wellFormed { () throws(WireError) in
                (
                    count: try reader.readInteger("dimension", as: Int32.self),
                    lowerBound: try reader.readInteger("lower bound", as: Int32.self)
                )
            }
            if dimension.lowerBound != 1 { throw .rejected(.arrayLowerBound(Int(dimension.lowerBound))) }
            elementCount = dimension.count
        }
        writer.writeInteger(elementCount)
        for _ in 0..<max(elementCount, 0) {
            let element = try Self.wellFormed { () throws(WireError) -> ArraySlice<UInt8>? in
                let length = try reader.readInteger("element length", as: Int32.self)
                return length == -1 ? nil : try reader.readBytes(Int(length), "element")
            }
            guard let element else { throw .rejected(.nullInArray) }
            try append(element, conversion, to: &writer)
        }
        try Self.wellFormed { () throws(WireError) in try reader.expectEnd("array") }
    }

    /// Runs a read whose failure means that the server broke its own format.
    static func wellFormed<T>(_ read: () throws(WireError) -> T) throws(Failure) -> T {
        do throws(WireError) {
            return try read()
        } catch {
            throw .malformed(error)
        }
    }

    static func defect(_ rule: String, _ field: String) -> WireError {
        WireError(.invalidValue(rule), field: field, offset: 0)
    }
}

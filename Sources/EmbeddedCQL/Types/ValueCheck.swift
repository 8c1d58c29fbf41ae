import CQLWire

/// Tells whether bytes are a value of a type, compiled once per column so that a write pays little for it.
enum ValueCheck: Equatable, Sendable {
    case any
    /// A width, or nothing when `allowsEmpty`; `what` completes the server's message.
    case width(Int, allowsEmpty: Bool, message: FixedWidthMessage)
    case utf8
    case ascii
    case timeUUID
    case inet
    case decimal
    case duration
    /// A list, set, map, tuple or user-defined type.
    case parts(ColumnType)

    init(_ type: ColumnType) {
        switch type {
        case .ascii: self = .ascii
        case .text: self = .utf8
        case .bigint, .counter: self = .width(8, allowsEmpty: true, message: .long)
        case .int: self = .width(4, allowsEmpty: true, message: .int)
        case .smallint: self = .width(2, allowsEmpty: false, message: .short)
        case .tinyint: self = .width(1, allowsEmpty: false, message: .byte)
        case .boolean: self = .width(1, allowsEmpty: true, message: .boolean)
        case .double: self = .width(8, allowsEmpty: true, message: .double)
        case .float: self = .width(4, allowsEmpty: true, message: .float)
        case .uuid: self = .width(16, allowsEmpty: true, message: .uuid)
        case .timestamp: self = .width(8, allowsEmpty: true, message: .timestamp)
        case .date: self = .width(4, allowsEmpty: false, message: .date)
        case .time: self = .width(8, allowsEmpty: false, message: .time)
        case .timeuuid: self = .timeUUID
        case .inet: self = .inet
        case .decimal: self = .decimal
        case .duration: self = .duration
        case .list, .set, .map, .tuple, .userDefined: self = .parts(type)
        case .frozen(let inner): self = ValueCheck(inner)
        case .blob, .varint, .custom: self = .any
        }
    }

    /// The messages of the reference server for a wrong width.
    enum FixedWidthMessage: String, Sendable {
        case long = "Expected 8 or 0 byte long"
        case int = "Expected 4 or 0 byte int"
        case short = "Expected 2 bytes for a smallint"
        case byte = "Expected 1 byte for a tinyint"
        case boolean = "Expected 1 or 0 byte value"
        case double = "Expected 8 or 0 byte value for a double"
        case float = "Expected 4 or 0 byte value for a float"
        case uuid = "UUID should be 16 or 0 bytes"
        case timestamp = "Expected 8 or 0 byte long for date"
        case date = "Expected 4 byte long for date"
        case time = "Expected 8 byte long for time"
    }

    /// Checks the bytes of `storage` in `range`.
    ///
    /// - Throws: `StatementError` (invalid) with the reference server's wording when they are no such value.
    func check(_ storage: [UInt8], _ range: Range<Int>) throws(StatementError) {
        switch self {
        case .any: return
        case .width(let width, let allowsEmpty, let message):
            if range.count == width || (allowsEmpty && range.isEmpty) { return }
            throw .invalid("\(message.rawValue) (\(range.count))")
        case .utf8:
            guard storage.isASCII(range) || String(validating: storage[range], as: UTF8.self) != nil else {
                throw .invalid("String didn't validate.")
            }
        case .ascii:
            guard storage.isASCII(range) else { throw .invalid("Invalid byte for ascii") }
        default: try checkStructure(storage, range)
        }
    }

    private func checkStructure(_ storage: [UInt8], _ range: Range<Int>) throws(StatementError) {
        switch self {
        case .timeUUID:
            guard range.isEmpty || range.count == 16 else {
                throw .invalid("TimeUUID should be 16 or 0 bytes (\(range.count))")
            }
            guard range.isEmpty || storage[range.lowerBound + 6] >> 4 == 1 else {
                throw .invalid("Invalid version for TimeUUID type.")
            }
        case .inet:
            guard [0, 4, 16].contains(range.count) else {
                throw .invalid("Expected 4 or 16 byte inetaddress; got \(range.count)")
            }
        case .decimal:
            guard range.isEmpty || range.count >= 4 else {
                throw .invalid("Expected 0 or at least 4 bytes (\(range.count))")
            }
        case .duration:
            guard range.count >= 3 else { throw .invalid("Expected at least 3 bytes for a duration (\(range.count))") }
            guard (try? CQLValue.decode(storage[range], as: .duration)) != nil else {
                throw .invalid("Invalid bytes for a duration")
            }
        case .parts(let type): try CollectionCheck.check(type, storage, range)
        case .any, .width, .utf8, .ascii: return
        }
    }
}

extension [UInt8] {
    /// Whether the bytes in `range` are all below 0x80.
    func isASCII(_ range: Range<Int>) -> Bool {
        var bits: UInt8 = 0
        for index in range { bits |= self[index] }
        return bits < 0x80
    }
}

import CQLWire

/// A value that is known only when the statement runs: what a function gives, or a collection with such parts.
indirect enum TermExpression: Equatable, Sendable {
    case constant([UInt8]?)
    case marker(Int, ValueCheck)
    case call(ScalarFunction, [TermExpression])
    case list([TermExpression])
    case set([TermExpression], element: ColumnType)
    case map([Entry], key: ColumnType)
    /// Of a tuple or a user-defined type.
    case components([TermExpression])
    /// One of the components of a tuple.
    case component(TermExpression, Int)

    struct Entry: Equatable, Sendable {
        let key: TermExpression
        let value: TermExpression
    }

    /// The value; nil for null.
    ///
    /// - Throws: `StatementError` (invalid) for unset or null where a server refuses it, and for bytes that are no such
    ///   value.
    func value(_ bound: BoundValues, _ environment: RunEnvironment) throws(StatementError) -> [UInt8]? {
        switch self {
        case .constant(let bytes): return bytes
        case .marker(let index, let check):
            switch bound.values[index] {
            case .null: return nil
            case .unset: throw .invalid("Invalid unset value inside of a term")
            case .bytes(let range):
                try check.check(bound.bytes, range)
                return Array(bound.bytes[range])
            }
        case .call(let function, let arguments):
            var values: [[UInt8]?] = []
            for argument in arguments { values.append(try argument.value(bound, environment)) }
            return try function(values, environment)
        case .list(let elements):
            let parts = try Self.parts(elements, bound, environment)
            return try LiteralEncoder.collection(parts, count: parts.count)
        case .set(let elements, let type):
            return try LiteralEncoder.set(of: try Self.parts(elements, bound, environment), type)
        case .map(let entries, let type):
            let keys = try Self.parts(entries.map(\.key), bound, environment)
            let values = try Self.parts(entries.map(\.value), bound, environment)
            return try LiteralEncoder.map(of: keys, values, type)
        case .components(let components):
            var bytes: [UInt8] = []
            for component in components { bytes.appendComponent(try component.value(bound, environment)) }
            return bytes
        case .component(let tuple, let index):
            guard let bytes = try tuple.value(bound, environment) else {
                throw .invalid("Invalid null value for tuple")
            }
            return Self.component(index, of: bytes, bytes.indices).map { Array(bytes[$0]) }
        }
    }

    private static func parts(
        _ expressions: [TermExpression],
        _ bound: BoundValues,
        _ environment: RunEnvironment
    ) throws(StatementError) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        for expression in expressions {
            guard let part = try expression.value(bound, environment) else {
                throw .invalid("null is not supported inside collections")
            }
            parts.append(part)
        }
        return parts
    }

    /// Where a component of a tuple lies whose bytes were checked; nil for null and for what a short tuple leaves out.
    static func component(_ index: Int, of bytes: [UInt8], _ range: Range<Int>) -> Range<Int>? {
        var position = range.lowerBound
        for number in 0...index {
            guard let length = bytes.bigEndianInt32(at: position, before: range.upperBound) else { return nil }
            position += 4
            guard length >= 0 else {
                if number == index { return nil }
                continue
            }
            if number == index { return position..<position + Int(length) }
            position += Int(length)
        }
        return nil
    }
}

extension Term {
    /// Whether it means the same in every run.
    var isConstant: Bool {
        switch self {
        case .marker, .function: false
        case .list(let terms), .set(let terms), .tuple(let terms): terms.allSatisfy(\.isConstant)
        case .map(let entries): entries.allSatisfy { $0.key.isConstant && $0.value.isConstant }
        case .fields(let fields): fields.allSatisfy(\.value.isConstant)
        default: true
        }
    }
}

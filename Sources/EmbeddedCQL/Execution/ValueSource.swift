import CQLWire

/// Where a value of a statement comes from when it runs.
enum ValueSource: Equatable, Sendable {
    case marker(Int)
    /// A constant, as a range of the statement's constants.
    case constant(Range<Int>)
    /// One of the statement's expressions.
    case computed(Int)
    case null
}

/// A value of a running statement, as a range of the bytes that run with it.
enum RunningValue: Equatable {
    case null
    case unset
    case bytes(Range<Int>)
}

/// The values bound to a statement's markers, all in one array.
struct BoundValues {
    var bytes: [UInt8] = []
    var values: [RunningValue] = []

    /// Values as a message brought them, in the order of the markers.
    init(_ values: [CQLValueBytes]) {
        for value in values {
            switch value {
            case .null: self.values.append(.null)
            case .unset: self.values.append(.unset)
            case .bytes(let slice):
                self.values.append(.bytes(bytes.count..<bytes.count + slice.count))
                bytes.append(contentsOf: slice)
            }
        }
    }

    /// Values whose ranges are known already.
    init(bytes: [UInt8], values: [RunningValue]) {
        self.bytes = bytes
        self.values = values
    }
}

/// Bound values and a statement's constants together, as a run of the statement sees them.
struct RunningValues {
    let bytes: [UInt8]
    private let values: [RunningValue]
    private let computed: [RunningValue]
    private let constantsStart: Int

    /// Computes the statement's expressions.
    ///
    /// - Throws: `StatementError` when one has no value.
    init(
        _ bound: BoundValues,
        constants: StatementConstants,
        _ environment: () -> RunEnvironment
    ) throws(StatementError) {
        values = bound.values
        constantsStart = bound.bytes.count
        // Without constants, the usual case of a prepared statement, nothing is copied.
        guard !constants.expressions.isEmpty else {
            bytes = constants.bytes.isEmpty ? bound.bytes : bound.bytes + constants.bytes
            computed = []
            return
        }
        var bytes = bound.bytes + constants.bytes
        var computed: [RunningValue] = []
        let environment = environment()
        for expression in constants.expressions {
            guard let value = try expression.value(bound, environment) else {
                computed.append(.null)
                continue
            }
            computed.append(.bytes(bytes.count..<bytes.count + value.count))
            bytes += value
        }
        self.bytes = bytes
        self.computed = computed
    }

    subscript(source: ValueSource) -> RunningValue {
        switch source {
        case .marker(let index): values[index]
        case .constant(let range): .bytes(constantsStart + range.lowerBound..<constantsStart + range.upperBound)
        case .computed(let index): computed[index]
        case .null: .null
        }
    }

    /// The number that a USING clause or LIMIT gives; nil for unset.
    ///
    /// - Throws: `StatementError` (invalid) for null and for what is no number of the width.
    func integer<T: FixedWidthInteger>(
        _ source: ValueSource,
        _ type: T.Type,
        _ what: String
    ) throws(StatementError) -> T? {
        switch self[source] {
        case .unset: return nil
        case .null: throw .invalid("Invalid null value of \(what)")
        case .bytes(let range):
            guard range.count == T.bitWidth / 8 else { throw .invalid("Invalid value of \(what)") }
            var value: T = 0
            for index in range { value = value << 8 | T(truncatingIfNeeded: bytes[index]) }
            return value
        }
    }
}

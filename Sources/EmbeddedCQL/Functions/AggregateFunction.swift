import CQLWire

/// A built-in function of all rows of a group.
struct AggregateFunction: Equatable, Sendable {
    enum Kind: String, Sendable {
        /// Of rows, or of values that are not null.
        case count
        case min, max, sum, avg
        /// A column beside aggregates: its value in the group's first row.
        case first
    }

    let kind: Kind
    /// Nil for `count(*)`.
    let argument: ColumnType?

    /// Nil when values of that type have no such aggregate.
    init?(_ kind: Kind, of argument: ColumnType?) {
        switch kind {
        case .sum, .avg:
            let numbers: [ColumnType] = [.tinyint, .smallint, .int, .bigint, .float, .double, .varint, .decimal]
            guard let argument, numbers.contains(argument) else { return nil }
        case .min, .max:
            guard let argument, !argument.isComplex else { return nil }
        case .count, .first: break
        }
        self.kind = kind
        self.argument = argument
    }

    var result: ColumnType { kind == .count ? .bigint : argument ?? .bigint }
}

/// What an aggregate has gathered of a group so far.
struct Accumulator {
    private let function: AggregateFunction
    private var count: Int64 = 0
    private var value: [UInt8]?
    private var integer: Int64 = 0
    private var floating = CompensatedSum()
    private var big = BigNumber()

    init(_ function: AggregateFunction) {
        self.function = function
    }

    /// Takes in a row; `argument` is the value that the function is called with, and left out for `count(*)`.
    ///
    /// - Throws: `StatementError` for numbers that cannot be added.
    mutating func add(_ argument: [UInt8]?) throws(StatementError) {
        if function.kind == .first {
            if count == 0 { value = argument }
            count += 1
            return
        }
        guard function.argument != nil else {
            count += 1
            return
        }
        guard let argument, let type = function.argument else { return }
        count += 1
        switch function.kind {
        case .min: keep(argument, type, if: .ascending)
        case .max: keep(argument, type, if: .descending)
        case .sum, .avg: try sum(argument, type)
        case .count, .first: break
        }
    }

    private mutating func keep(_ argument: [UInt8], _ type: ColumnType, if order: ValueOrder.Result) {
        if let value, ValueOrder.compare(type, argument, argument.indices, value, value.indices) != order { return }
        value = argument
    }

    private mutating func sum(_ argument: [UInt8], _ type: ColumnType) throws(StatementError) {
        guard !argument.isEmpty else { return }
        switch type {
        case .float, .double:
            floating.add(type == .double ? argument.double(argument.indices) : Double(argument.float(argument.indices)))
        case .varint, .decimal:
            let number = type == .varint ? BigNumber(varint: argument) : BigNumber(decimal: argument)
            guard let number else { throw BigNumber.tooLarge }
            try big.add(number)
        default: integer &+= argument.signed(argument.indices)
        }
    }

    /// The aggregate's value; nil (null) when it has seen no value.
    var result: [UInt8]? {
        switch function.kind {
        case .count: return LiteralEncoder.bigEndian(count)
        case .min, .max, .first: return value
        case .sum: return number(dividedBy: 1)
        case .avg: return number(dividedBy: Swift.max(1, count))
        }
    }

    /// Without any value sums and averages are 0, as on the reference server.
    private func number(dividedBy divisor: Int64) -> [UInt8]? {
        let whole = integer / divisor
        switch function.argument {
        case .tinyint: return LiteralEncoder.bigEndian(Int8(truncatingIfNeeded: whole))
        case .smallint: return LiteralEncoder.bigEndian(Int16(truncatingIfNeeded: whole))
        case .int: return LiteralEncoder.bigEndian(Int32(truncatingIfNeeded: whole))
        case .bigint: return LiteralEncoder.bigEndian(whole)
        case .float: return LiteralEncoder.bigEndian(Float(floating.value / Double(divisor)).bitPattern)
        case .double: return LiteralEncoder.bigEndian((floating.value / Double(divisor)).bitPattern)
        default:
            var number = big
            if divisor > 1 { number.divide(by: divisor, rounding: function.argument == .decimal) }
            return function.argument == .decimal ? number.decimal : number.varint
        }
    }
}

/// A sum of floating-point numbers that keeps what plain addition would lose (Kahan).
private struct CompensatedSum {
    private var sum = 0.0
    private var compensation = 0.0
    private var simple = 0.0

    mutating func add(_ number: Double) {
        simple += number
        let corrected = number - compensation
        let raised = sum + corrected
        compensation = (raised - sum) - corrected
        sum = raised
    }

    /// Infinities would make the compensation NaN.
    var value: Double { sum.isNaN && simple.isInfinite ? simple : sum }
}

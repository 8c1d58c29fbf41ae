import SchemaTranslation

/// One column's step in turning a COPY tuple into the values of an EXECUTE frame.
///
/// Three bytes per column in one flat table and a `switch`: objects or closures per column cost three to four times as
/// much per row.
struct TranscodingOperation: Equatable {
    /// What happens to the bytes of a value.
    enum Code: UInt8 {
        /// Nothing: the value is part of a run that is copied as one.
        case identical
        /// Nothing, after a check that the bytes are UTF-8.
        case text
        case timestamp
        case date
        case time
        case numeric
        case inet
        case jsonb
        case array
        /// An array within an array, which PostgreSQL does not have: always left to the careful path.
        case unsupported
    }

    var code: Code
    /// For `array`: what happens to each element.
    var element: Code
    /// The column is part of the primary key: nothing may be rounded, and the target's limits for keys apply.
    var isKey: Bool

    init(_ conversion: ColumnConversion, isKey: Bool) {
        if case .array(let elementConversion) = conversion {
            code = .array
            element = Self.code(elementConversion)
        } else {
            code = Self.code(conversion)
            element = .identical
        }
        self.isKey = isKey
    }

    private static func code(_ conversion: ColumnConversion) -> Code {
        switch conversion {
        case .identical: .identical
        case .text: .text
        case .timestamp: .timestamp
        case .date: .date
        case .time: .time
        case .numeric: .numeric
        case .inet: .inet
        case .jsonb: .jsonb
        case .array: .unsupported
        }
    }
}

/// A table's operations in memory of their own, so that the loop over rows neither counts references nor checks bounds.
struct TranscodingTable: ~Copyable {
    let operations: UnsafeMutablePointer<TranscodingOperation>
    let count: Int

    init(_ plan: TablePlan) {
        let source = plan.columns.map { TranscodingOperation($0.conversion, isKey: $0.isKey) }
        count = source.count
        operations = .allocate(capacity: max(count, 1))
        operations.initialize(from: source, count: count)
    }

    deinit { operations.deallocate() }
}

/// How one column travels: the type it becomes, the form it is read in, and what its bytes need.
package struct TypeMapping: Hashable, Sendable {
    /// The form that the select list asks for.
    package enum Reading: Hashable, Sendable {
        case plain
        case asText
        case asTextArray
    }

    package var targetType: TargetType
    package var conversion: ColumnConversion
    package var reading: Reading

    /// Maps a source type.
    ///
    /// Types without a binary mapping (interval, money, time with time zone, ranges, composites, …) arrive as
    /// PostgreSQL's own text, so that nothing is ever unreadable. So does `"char"`, `name` and `oid`.
    ///
    /// - Parameters:
    ///   - type: the column's type.
    ///   - isTextUnchecked: whether the database's text may be anything, as in `SQL_ASCII`.
    package init(of type: SourceType, isTextUnchecked: Bool) {
        let text: ColumnConversion = isTextUnchecked ? .text : .identical
        switch type.base {
        case .scalar(let scalar):
            if let (target, conversion) = Self.binary(scalar, text: text) {
                self.init(target, conversion, .plain)
            } else {
                self.init(.text, text, .asText)
            }
        case .array(let element):
            if let (target, conversion) = Self.binary(element, text: text) {
                self.init(.frozenList(target), .array(element: conversion), .plain)
            } else {
                self.init(.frozenList(.text), .array(element: text), .asTextArray)
            }
        }
    }

    private init(_ targetType: TargetType, _ conversion: ColumnConversion, _ reading: Reading) {
        self.targetType = targetType
        self.conversion = conversion
        self.reading = reading
    }

    /// The select list's item for a column of this mapping.
    package func expression(for column: String) -> SourceExpression {
        switch reading {
        case .plain: .column(column)
        case .asText: .text(column)
        case .asTextArray: .textArray(column)
        }
    }

    /// The types whose binary form we know how to turn into CQL's, or nil.
    private static func binary(
        _ scalar: SourceType.Scalar,
        text: ColumnConversion
    ) -> (TargetType, ColumnConversion)? {
        if scalar.isEnumeration { return (.text, text) }
        return switch scalar.oid {
        case .int2: (.smallint, .identical)
        case .int4: (.int, .identical)
        case .int8: (.bigint, .identical)
        case .float4: (.float, .identical)
        case .float8: (.double, .identical)
        case .numeric: (.decimal, .numeric)
        case .bool: (.boolean, .identical)
        case .text, .varchar, .bpchar, .json: (.text, text)
        // Unchecked jsonb is left to the cast: its text form is the binary form without the version byte.
        case .jsonb: text == .text ? nil : (.text, .jsonb)
        case .bytea: (.blob, .identical)
        case .date: (.date, .date)
        case .time: (.time, .time)
        case .timestamp, .timestamptz: (.timestamp, .timestamp)
        case .uuid: (.uuid, .identical)
        case .inet: (.inet, .inet)
        default: nil
        }
    }
}

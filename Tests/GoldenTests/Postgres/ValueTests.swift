import Foundation
import PostgresWire
import TestSupport
import Testing
import WireKit

/// Recorded values of every type, decoded and encoded in the form that they came in, against what the server prints.
@Suite struct ValueTests {
    /// Results of queries, in either form.
    @Test(arguments: try PostgresCapture.allAndExtra())
    func resultsHoldTheExpectedValues(_ capture: PostgresCapture) throws {
        guard !capture.expectedRows.isEmpty else { return }
        let types = try RecordedTypes()
        var columns: [RowDescription.Column] = []
        var rowIndex = 0
        for message in try SessionTrace(capture).backend {
            if case .rowDescription(let description) = message { columns = description.columns }
            guard case .dataRow(let row) = message else { continue }
            let expected = try #require(rowIndex < capture.expectedRows.count ? capture.expectedRows[rowIndex] : nil)
            rowIndex += 1
            for (column, bytes) in zip(columns, row.columns) {
                try types.check(bytes, column.type, column.format, expected[column.name] ?? nil, column.name)
            }
        }
    }

    /// The rows of a COPY, in the three forms that it has.
    @Test(arguments: try PostgresCapture.allAndExtra())
    func copiedRowsHoldTheExpectedValues(_ capture: PostgresCapture) throws {
        guard let rows = try CopiedRows(capture), let expectedRows = try capture.expectedTableRows() else { return }
        let types = try RecordedTypes()
        #expect(rows.rows.count == expectedRows.count)
        for (row, expected) in zip(rows.rows, expectedRows) {
            // A COPY leaves out generated columns, which are the last here.
            #expect(row.count <= capture.columns.count && !row.isEmpty)
            for (column, bytes) in zip(capture.columns, row) {
                let type = types.described(TypeOID(rawValue: column.typeOID), column.name, of: capture)
                try types.check(bytes, type, rows.format, expected[column.name] ?? nil, column.name)
            }
        }
    }

    @Test func manyValuesAreCompared() throws {
        let captures = try PostgresCapture.all()
        let copied = try captures.filter { try CopiedRows($0) != nil && $0.expectedTableRows() != nil }
        #expect(copied.count >= 18)
        let formats = try captures.filter { !$0.expectedRows.isEmpty }.flatMap { capture in
            try SessionTrace(capture).backend.flatMap { message -> [FormatCode] in
                guard case .rowDescription(let description) = message else { return [] }
                return description.columns.map(\.format)
            }
        }
        #expect(formats.count { $0 == .binary } >= 160 && formats.count { $0 == .text } >= 160)
    }
}

/// The types of recorded columns.
struct RecordedTypes {
    /// Types that are not built in, as far as captures name them.
    private var kinds: [TypeOID: String] = [:]
    private var names: [TypeOID: String] = [:]
    /// What results say about columns whose type in the catalogue is a domain.
    private var resultTypes: [String: TypeOID] = [:]

    init() throws {
        for capture in try PostgresCapture.allAndExtra() {
            for case let column in try capture.meta()["columns"] as? [[String: Any]] ?? [] {
                guard let oid = (column["type_oid"] as? Int).map({ TypeOID(rawValue: UInt32($0)) }) else { continue }
                kinds[oid] = column["typtype"] as? String
                names[oid] = column["type"] as? String
            }
            guard !capture.expectedRows.isEmpty else { continue }
            for case .rowDescription(let description) in try SessionTrace(capture).backend {
                for column in description.columns { resultTypes["\(capture.table) \(column.name)"] = column.type }
            }
        }
    }

    func described(_ oid: TypeOID, _ column: String, of capture: PostgresCapture) -> TypeOID {
        kinds[oid] == "d" ? resultTypes["\(capture.table) \(column)"] ?? oid : oid
    }

    /// A type, with what captures leave open read from the value.
    private func type(_ oid: TypeOID, _ bytes: ArraySlice<UInt8>, _ format: FormatCode) throws -> PostgresType {
        if let known = PostgresType.builtIn(oid) { return known }
        let name = names[oid] ?? ""
        switch kinds[oid] {
        case "e": return PostgresType(oid: oid, name: name, kind: .enumeration)
        // Its attributes are not written down, but its binary form says what they are.
        case "c": return PostgresType(oid: oid, name: name, kind: .record)
        default: break
        }
        guard name.hasSuffix("[]") else { return PostgresType(oid: oid, name: name, kind: .base(.named(name))) }
        let elementName = String(name.dropLast(2))
        var reader = ByteReader(bytes)
        let element = format == .binary ? try PostgresArray.decode(from: &reader).elementType : .unspecified
        let elementKind = names.first { $0.value == elementName }.flatMap { kinds[$0.key] }
        let kind: PostgresType.Kind = elementKind == "c" ? .record : .enumeration
        return PostgresType(
            oid: oid,
            name: name,
            kind: .array(element: PostgresType(oid: element, name: elementName, kind: kind))
        )
    }

    /// Decodes a value, and encodes it in the same form and as text.
    func check(
        _ bytes: ArraySlice<UInt8>?,
        _ oid: TypeOID,
        _ format: FormatCode,
        _ expected: String?,
        _ column: String
    ) throws {
        guard let bytes else {
            #expect(expected == nil, "\(column)")
            return
        }
        let type = try type(oid, bytes, format)
        let value = try PostgresValue.decode(bytes, as: type, format: format)
        // The binary form of an anonymous row is read, but only one of a described type is written.
        if !type.isRecord || format == .text {
            #expect(try value.encoded(as: type, format) == Array(bytes), "\(column)")
        }
        // Only the server knows the names of what regclass and the like stand for.
        guard type.base != .registered || format == .text else { return }
        #expect(try value.text(as: type) == expected, "\(column)")
    }
}

extension PostgresType {
    fileprivate var isRecord: Bool {
        switch kind {
        case .record: true
        case .array(let element): element.isRecord
        default: false
        }
    }
}

extension PostgresCapture {
    /// The rows of the copied table: written down here, or for another capture of the same table.
    fileprivate func expectedTableRows() throws -> [[String: String?]]? {
        if !expectedRows.isEmpty { return expectedRows }
        return try Self.allAndExtra().first { other in
            !other.expectedRows.isEmpty && other.table == table && other.columns.elementsEqual(columns, by: ==)
        }?.expectedRows
    }

    /// What its name calls the table, such as `alltypes`.
    fileprivate var table: String {
        String(name.split(separator: "_").first { $0.hasSuffix("s") && $0.count > 6 } ?? "")
    }
}

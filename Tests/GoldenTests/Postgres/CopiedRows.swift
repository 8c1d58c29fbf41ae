import Foundation
import PostgresWire
import TestSupport
import WireKit

/// The rows of a recorded `COPY table TO STDOUT`, field by field.
struct CopiedRows {
    let format: FormatCode
    private(set) var rows: [[ArraySlice<UInt8>?]] = []

    /// Nothing when the capture copies no whole table in a form with the usual delimiters.
    init?(_ capture: PostgresCapture) throws {
        guard let sql = (try capture.meta()["sql"] as? [String])?.first, !capture.columns.isEmpty,
            let match = sql.wholeMatch(of: #/COPY \w+ TO STDOUT( \(FORMAT (?<form>binary|csv, HEADER)\))?/#)
        else { return nil }
        let pieces = try SessionTrace(capture).backend.compactMap { message -> ArraySlice<UInt8>? in
            if case .copyData(let copyData) = message { copyData.data } else { nil }
        }
        switch match.output.form {
        case "binary":
            format = .binary
            rows = try Self.binary(Array(pieces.joined()))
        case nil:
            format = .text
            rows = pieces.map { Self.text($0.dropLast()) }
        default:
            format = .text
            rows = Array(Self.csv(Array(pieces.joined())).dropFirst())
        }
    }

    /// PostgreSQL documentation, COPY, "Binary Format".
    private static func binary(_ bytes: [UInt8]) throws -> [[ArraySlice<UInt8>?]] {
        var reader = ByteReader(bytes)
        _ = try reader.readBytes(19, "header")
        var rows: [[ArraySlice<UInt8>?]] = []
        while case let count = try reader.readInteger("field count", as: Int16.self), count >= 0 {
            rows.append(try (0..<count).map { _ in try reader.readNullableValue("field") })
        }
        try reader.expectEnd("COPY")
        return rows
    }

    /// PostgreSQL documentation, COPY, "Text Format".
    private static func text(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>?] {
        line.split(separator: 0x09, omittingEmptySubsequences: false).map { field in
            guard !field.elementsEqual("\\N".utf8) else { return nil }
            var value: [UInt8] = []
            var rest = field
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() else {
                    value.append(byte)
                    continue
                }
                let controls: [UInt8: UInt8] = [0x62: 8, 0x66: 12, 0x6E: 10, 0x72: 13, 0x74: 9, 0x76: 11]
                value.append(controls[escaped] ?? escaped)
            }
            return value[...]
        }
    }

    /// PostgreSQL documentation, COPY, "CSV Format": NULL is nothing, an empty text is quoted.
    private static func csv(_ bytes: [UInt8]) -> [[ArraySlice<UInt8>?]] {
        var rows: [[ArraySlice<UInt8>?]] = []
        var (row, field, isQuoted, wasQuoted) = ([ArraySlice<UInt8>?](), [UInt8](), false, false)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""):
                // Two quotes in a quoted field end it and begin it again: the second is its content.
                if !isQuoted, wasQuoted { field.append(byte) }
                isQuoted.toggle()
                wasQuoted = true
            case UInt8(ascii: ",") where !isQuoted, 0x0A where !isQuoted:
                row.append(field.isEmpty && !wasQuoted ? nil : field[...])
                (field, wasQuoted) = ([], false)
                guard byte == 0x0A else { continue }
                rows.append(row)
                row = []
            default: field.append(byte)
            }
        }
        return rows
    }
}

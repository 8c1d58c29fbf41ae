import PostgresWire
import TestSupport
import Testing
import WireKit

/// Values that real servers sent in binary form, rendered, against the text that the same servers print.
@Suite struct CaptureTextTests {
    private static let captures = ["pg15", "pg18"].flatMap { server in
        ["alltypes", "moretypes", "numerics"].map { "\(server)_ext_\($0)_binary" }
    }

    /// Types of the user's own, and those whose text only a server knows.
    private static let otherTypes: Set<String> = [
        "c_enum", "c_composite", "c_hstore", "c_regclass", "c_regtype", "c_enum_arr", "c_comp_arr",
    ]

    @Test(arguments: captures)
    func binaryValuesRenderAsTheServerPrintsThem(_ name: String) throws {
        let capture = try PostgresCapture.named(name)
        let rows = try BinaryRows(capture).rows
        #expect(rows.count == capture.expectedRows.count && !rows.isEmpty)
        for (row, expected) in zip(rows, capture.expectedRows) {
            for (column, value) in row where !Self.otherTypes.contains(column.name) {
                #expect(column.format == .binary)
                let text = try value.map { try PostgresText.render(binary: $0, type: column.type) }
                #expect(text == (expected[column.name] ?? nil), "\(column.name)")
            }
        }
    }

    @Test(arguments: captures)
    func otherTypesAreRefusedByName(_ name: String) throws {
        for (column, value) in try BinaryRows(try PostgresCapture.named(name)).values
        where Self.otherTypes.contains(column.name) {
            guard let value else { continue }
            let error = try #require(throws: WireError.self) {
                try PostgresText.render(binary: value, type: column.type)
            }
            #expect("\(error)".contains("\(column.type.rawValue)"))
        }
    }

    /// The same values in COPY's binary format, whose fields have the same form.
    @Test(arguments: ["pg15_copy_numerics_binary", "pg18_copy_numerics_binary"])
    func copiedNumericsRender(_ name: String) throws {
        let capture = try PostgresCapture.named(name)
        var texts: [String?] = []
        for message in try SessionTrace(capture).backend {
            guard case .copyData(let copyData) = message else { continue }
            var reader = ByteReader(copyData.data)
            // The first piece starts with the signature, flags and extension length: 19 bytes.
            if copyData.data.starts(with: "PGCOPY".utf8) { _ = try reader.readBytes(19, "header") }
            guard try reader.readInteger("field count", as: Int16.self) == 2 else { continue }
            _ = try reader.readNullableValue("id")
            texts.append(
                try reader.readNullableValue("v").map { try PostgresText.render(binary: $0, type: .numeric) }
            )
        }
        #expect(texts == capture.expectedRows.map { $0["v"] ?? nil })
    }
}

import PostgresWire
import TestSupport
import Testing
import WireKit

/// Values that real servers sent in binary form, rendered, against the text that the same servers print.
@Suite struct CaptureTextTests {
    private static let captures = ["pg15", "pg18"].flatMap { server in
        ["alltypes", "moretypes", "numerics"].map { "\(server)_ext_\($0)_binary" }
    }

    /// Types that are migrated as text by a cast in the query, so that their binary form is never rendered.
    private static let castTypes: Set<String> = [
        "c_enum", "c_composite", "c_int4range", "c_hstore", "c_point", "c_money", "c_bit", "c_varbit", "c_tsvector",
        "c_regclass", "c_regtype", "c_xid", "c_cid", "c_tid", "c_xid8", "c_lsn", "c_tsquery", "c_line", "c_lseg",
        "c_box", "c_path", "c_polygon", "c_circle", "c_int8range", "c_numrange", "c_daterange", "c_tsrange",
        "c_tstzrange", "c_int4multirange", "c_datemultirange", "c_jsonpath", "c_enum_arr", "c_comp_arr",
        "c_int2vector", "c_oidvector",
    ]

    @Test(arguments: captures)
    func binaryValuesRenderAsTheServerPrintsThem(_ name: String) throws {
        let capture = try PostgresCapture.named(name)
        let rows = try BinaryRows(capture).rows
        #expect(rows.count == capture.expectedRows.count && !rows.isEmpty)
        for (row, expected) in zip(rows, capture.expectedRows) {
            for (column, value) in row where !Self.castTypes.contains(column.name) {
                #expect(column.format == .binary)
                let text = try value.map { try PostgresText.render(binary: $0, type: column.type) }
                #expect(text == (expected[column.name] ?? nil), "\(column.name)")
            }
        }
    }

    @Test(arguments: captures)
    func otherTypesAreRefusedByName(_ name: String) throws {
        for (column, value) in try BinaryRows(try PostgresCapture.named(name)).values
        where Self.castTypes.contains(column.name) {
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

import PostgresWire
import Testing
import WireKit

/// Types that are not built in, read and written by their descriptions.
@Suite struct DescribedTypeTests {
    private static let int4 = PostgresType(oid: .int4, name: "int4", kind: .base(.int4))
    private static let text = PostgresType(oid: .text, name: "text", kind: .base(.text))
    private static let mood = PostgresType(oid: TypeOID(rawValue: 20_001), name: "mood", kind: .enumeration)
    private static let positive = PostgresType(
        oid: TypeOID(rawValue: 20_002),
        name: "positive",
        kind: .domain(base: int4)
    )
    private static let pair = PostgresType(
        oid: TypeOID(rawValue: 20_003),
        name: "pair",
        kind: .composite([.init(name: "n", type: positive), .init(name: "mood", type: mood)])
    )
    private static let pairs = PostgresType(oid: TypeOID(rawValue: 20_004), name: "_pair", kind: .array(element: pair))
    private static let span = PostgresType(oid: TypeOID(rawValue: 20_005), name: "span", kind: .range(subtype: text))
    private static let spans = PostgresType(
        oid: TypeOID(rawValue: 20_006),
        name: "spans",
        kind: .multirange(subtype: text)
    )
    private static let empty = PostgresType(oid: TypeOID(rawValue: 20_007), name: "empty", kind: .composite([]))
    private static let hstore = PostgresType(
        oid: TypeOID(rawValue: 20_008),
        name: "hstore",
        kind: .base(.named("hstore"))
    )
    private static let vector = PostgresType(
        oid: TypeOID(rawValue: 20_009),
        name: "vector",
        kind: .base(.named("vector"))
    )
    private static let record = PostgresType(oid: .record, name: "record", kind: .record)

    /// A type, a value's text, and its binary form.
    private static let forms: [(PostgresType, String, [UInt8])] = [
        (mood, "it's", Array("it's".utf8)),
        (positive, "7", [0, 0, 0, 7]),
        (
            pair, "(7,\"a \"\"b\"\" \\\\\")",
            [0, 0, 0, 2, 0, 0, 0x4E, 0x22, 0, 0, 0, 4, 0, 0, 0, 7, 0, 0, 0x4E, 0x21, 0, 0, 0, 7]
                + Array("a \"b\" \\".utf8)
        ),
        (
            pair, "(,)",
            [0, 0, 0, 2, 0, 0, 0x4E, 0x22, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0x4E, 0x21, 0xFF, 0xFF, 0xFF, 0xFF]
        ),
        (
            pairs, "{\"(1,)\",NULL}",
            [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0x4E, 0x23, 0, 0, 0, 2, 0, 0, 0, 1]
                + [0, 0, 0, 24, 0, 0, 0, 2, 0, 0, 0x4E, 0x22, 0, 0, 0, 4, 0, 0, 0, 1]
                + [0, 0, 0x4E, 0x21, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
        ),
        (span, "[\"\",\"a,b\")", [2, 0, 0, 0, 0, 0, 0, 0, 3] + Array("a,b".utf8)),
        (span, "(\"]\",)", [0x10, 0, 0, 0, 1, 0x5D]),
        (
            spans, "{[a,b],(c,)}",
            [0, 0, 0, 2, 0, 0, 0, 11, 6, 0, 0, 0, 1, 0x61, 0, 0, 0, 1, 0x62, 0, 0, 0, 6, 0x10, 0, 0, 0, 1, 0x63]
        ),
        (empty, "()", [0, 0, 0, 0]),
        (
            hstore, "\"k\"=>\"v\\\"\\\\\", \"\"=>NULL",
            [0, 0, 0, 2, 0, 0, 0, 1, 0x6B, 0, 0, 0, 3, 0x76, 0x22, 0x5C, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
        ),
        (hstore, "", [0, 0, 0, 0]),
        (vector, "[1,-2.5,1e-07]", [0, 3, 0, 0, 0x3F, 0x80, 0, 0, 0xC0, 0x20, 0, 0, 0x33, 0xD6, 0xBF, 0x95]),
    ]

    @Test(arguments: forms.indices)
    func bothFormsAreReadAndWritten(_ index: Int) throws {
        let (type, text, binary) = Self.forms[index]
        let fromText = try PostgresValue.decode(Array(text.utf8)[...], as: type, format: .text)
        let fromBinary = try PostgresValue.decode(binary[...], as: type, format: .binary)
        #expect(fromText == fromBinary)
        #expect(try fromBinary.text(as: type) == text)
        #expect(try fromText.encoded(as: type, .binary) == binary)
    }

    @Test func valuesOfOtherTypesAreNotWritten() throws {
        let cases: [(PostgresValue, PostgresType)] = [
            (.int8(7), Self.int4), (.text("7"), Self.int4), (.record(PostgresRecord([nil])), Self.pair),
            (.text("a\0b"), Self.text), (.array(PostgresArray([.text("x")])), Self.pairs),
            (.text(String(repeating: "n", count: 64)), try #require(PostgresType.builtIn(.name))),
            (.opaque([1]), Self.text), (.text("pg_class"), try #require(PostgresType.builtIn(.regclass))),
        ]
        for (value, type) in cases {
            #expect(throws: WireError.self, "\(type.name)") { try value.encoded(as: type, .binary) }
        }
    }

    @Test func unknownTypesAreCarried() throws {
        let unknown = PostgresType.unknown(TypeOID(rawValue: 99_999))
        let opaque = try PostgresValue.decode([1, 2], as: unknown, format: .binary)
        #expect(try opaque.encoded(as: unknown, .binary) == [1, 2])
        #expect(throws: WireError.self) { try opaque.text(as: unknown) }
        let text = try PostgresValue.decode([0x61], as: unknown, format: .text)
        #expect(try text.encoded(as: unknown, .text) == [0x61])
        #expect(throws: WireError.self) { try text.encoded(as: unknown, .binary) }
        #expect(throws: WireError.self) { try PostgresValue.decode([1], type: unknown.oid, format: .binary) }
    }

    /// Rows inside rows as deep as bytes allow.
    @Test func nestedRowsAreBounded() {
        var row: [UInt8] = [0, 0, 0, 0]
        for _ in 0..<1000 {
            var writer = ByteWriter()
            writer.writeInteger(Int32(1))
            writer.writeInteger(TypeOID.record.rawValue)
            writer.writeNullableValue(row[...])
            row = writer.bytes
        }
        #expect(throws: WireError.self) { try PostgresValue.decode(row[...], as: Self.record, format: .binary) }
        let query = String(repeating: "!", count: 100_000) + "'a'"
        #expect(throws: WireError.self) { try PostgresTSQuery(postgresText: query) }
        #expect(throws: WireError.self) { try PostgresTSQuery(postgresText: String(repeating: "( ", count: 100_000)) }
    }

    @Test func rowsWithoutADescriptionDescribeThemselves() throws {
        let row: [UInt8] = [0, 0, 0, 2, 0, 0, 0, 23, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0, 25, 0, 0, 0, 1, 0x78]
        let value = try PostgresValue.decode(row[...], as: Self.record, format: .binary)
        #expect(value == .record(PostgresRecord([.int4(5), .text("x")])))
        #expect(try value.text(as: Self.record) == "(5,x)")
    }

    @Test(arguments: ["[]", "[1", "[NaN]", "[Infinity]", "1,2", "[1,]"])
    func otherVectorsAreErrors(_ text: String) {
        #expect(throws: WireError.self) { try PostgresVector(postgresText: text) }
    }

    @Test(arguments: ["\"a\"", "\"a\"=>", "a=>b", "\"a\"=>\"b\",\"c\"=>\"d\"", "\"a\"=>\"b\", "])
    func otherHStoresAreErrors(_ text: String) {
        #expect(throws: WireError.self) { try PostgresHStore(postgresText: text) }
    }

    @Test func byteaIsWrittenInBothForms() throws {
        let bytea = PostgresBytea(Array(0...255))
        #expect(try PostgresBytea(postgresText: bytea.text(.escape)) == bytea)
        #expect(try PostgresBytea(postgresText: bytea.text(.hex)) == bytea)
        #expect(PostgresBytea([0x61, 0x5C, 0, 0x7F]).text(.escape) == "a\\\\\\000\\177")
    }

    @Test func arraysKnowTheirShape() {
        let two = PostgresArrayDimension(count: 2, lowerBound: 1)
        #expect(PostgresArray<PostgresValue>(dimensions: [two, two], elements: [nil, nil, nil, nil]) != nil)
        #expect(PostgresArray<PostgresValue>(dimensions: [two, two], elements: [nil, nil, nil]) == nil)
        #expect(PostgresArray<PostgresValue>(dimensions: [two], elements: []) == nil)
        #expect(PostgresArray<PostgresValue>(dimensions: [], elements: [nil]) == nil)
        let last = PostgresArrayDimension(count: 2, lowerBound: .max - 1)
        #expect(PostgresArray<PostgresValue>(dimensions: [last], elements: [nil, nil]) == nil)
    }
}

/// What a look-up has found, put together.
@Suite struct TypeCatalogueTests {
    private func oid(_ value: UInt32) -> TypeOID { TypeOID(rawValue: value) }

    @Test func typesAreMadeOfThoseFoundWithThem() throws {
        var catalogue = TypeCatalogue()
        catalogue.add(
            [
                .init(oid: oid(20_000), name: "_pair", kind: .array(element: oid(20_001))),
                .init(
                    oid: oid(20_001),
                    name: "pair",
                    kind: .composite([("n", .int4), ("box", .box), ("mood", oid(20_002))])
                ),
                .init(oid: oid(20_002), name: "mood", kind: .enumeration),
            ],
            wanted: [oid(20_000)]
        )
        let array = try #require(catalogue[oid(20_000)])
        guard case .array(let pair) = array.kind, case .composite(let attributes) = pair.kind else {
            Issue.record("\(array)")
            return
        }
        #expect(attributes.map(\.type.name) == ["int4", "box", "mood"])
        #expect(attributes[1].type.delimiter == UInt8(ascii: ";"))
        #expect(catalogue[oid(20_002)]?.kind == .enumeration)
    }

    /// A type that seems to be made of itself, which a catalogue that changes meanwhile may show.
    @Test func circlesEnd() throws {
        var catalogue = TypeCatalogue()
        catalogue.add(
            [
                .init(oid: oid(20_000), name: "a", kind: .domain(base: oid(20_001))),
                .init(oid: oid(20_001), name: "b", kind: .composite([("a", oid(20_000)), ("again", oid(20_000))])),
            ],
            wanted: [oid(20_000), oid(30_000)]
        )
        #expect(catalogue[oid(20_000)]?.name == "a")
        // Dropped since; it is not asked for again.
        #expect(catalogue[oid(30_000)]?.base == .other)
        #expect(catalogue[oid(40_000)] == nil)
    }

    @Test func extensionsTypesAreKnownByName() {
        #expect(PostgresBaseType.named("hstore") == .hstore)
        #expect(PostgresBaseType.named("vector") == .vector)
        #expect(PostgresBaseType.named("citext") == .text)
        #expect(PostgresBaseType.named("ltree") == .other)
    }
}

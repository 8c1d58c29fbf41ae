import CQLWire
import Testing
import WireKit

@Suite struct ColumnTypeTests {
    static let address = UserDefinedType(keyspace: "k", name: "addr", fields: [.init(name: "zip", type: .int)])

    @Test(arguments: [
        "ascii", "frozen<list<int>>", "map<text, frozen<set<uuid>>>", "tuple<int, text, duration>", "set<timeuuid>",
        "frozen<map<int, frozen<tuple<date, time>>>>", "list<frozen<addr>>", "'org.example.O''Hara'",
    ])
    func spellingRoundTrips(_ spelling: String) throws {
        #expect(try ColumnType(spelling: spelling, userTypes: [Self.address]).description == spelling)
    }

    @Test(arguments: ColumnType.simpleTypes)
    func simpleTypesRoundTrip(_ type: ColumnType) throws {
        #expect(try ColumnType(spelling: type.description) == type)
        for version in [ProtocolVersion.v3, .v4] {
            var writer = ByteWriter()
            try type.encode(into: &writer, version: version)
            var reader = ByteReader(writer.bytes)
            #expect(try ColumnType.decode(from: &reader, version: version) == type)
            #expect(reader.remaining == 0)
        }
    }

    @Test func spacesAndCaseDoNotMatter() throws {
        #expect(try ColumnType(spelling: " Map < VARCHAR ,int> ") == .map(.text, .int))
    }

    @Test(arguments: [
        "", "list", "list<>", "list<int", "list<int>>", "list<int, int>", "map<int>", "nothing", "int int", "'open",
        "\"Nothing\"", "<int>",
    ])
    func otherSpellingsAreRefused(_ spelling: String) {
        #expect(throws: ColumnType.SpellingError.self) { try ColumnType(spelling: spelling) }
    }

    @Test func deepNestingIsRefusedWithoutOverflow() {
        let spelling = String(repeating: "list<", count: 100_000)
        #expect(throws: ColumnType.SpellingError.self) { try ColumnType(spelling: spelling) }
        var reader = ByteReader((0..<100_000).flatMap { _ in [0x00, 0x20] as [UInt8] })
        #expect(throws: WireError.self) { try ColumnType.decode(from: &reader, version: .v4) }
    }

    @Test func durationHasACodeOnSomeServersAndANameOnOthers() throws {
        var code = ByteReader([0x00, 0x15])
        #expect(try ColumnType.decode(from: &code, version: .v4) == .duration)
        var writer = ByteWriter()
        try ColumnType.duration.encode(into: &writer, version: .v4)
        #expect(writer.bytes.prefix(2) == [0x00, 0x00])
        #expect(
            String(decoding: writer.bytes.dropFirst(4), as: UTF8.self) == "org.apache.cassandra.db.marshal.DurationType"
        )
    }

    @Test func unknownClassStaysAsItIs() throws {
        var writer = ByteWriter()
        try ColumnType.custom("org.example.Thing").encode(into: &writer, version: .v4)
        var reader = ByteReader(writer.bytes)
        #expect(try ColumnType.decode(from: &reader, version: .v4) == .custom("org.example.Thing"))
        #expect(ColumnType.custom("org.apache.cassandra.db.marshal.Int32Type").native == .int)
    }

    @Test func frozenIsNotOnTheWire() throws {
        let type = ColumnType.frozen(.map(.int, .frozen(.userDefined(Self.address))))
        var writer = ByteWriter()
        try type.encode(into: &writer, version: .v4)
        var reader = ByteReader(writer.bytes)
        #expect(try ColumnType.decode(from: &reader, version: .v4) == type.withoutFrozen)
    }

    @Test(arguments: [0x000A, 0x0010] as [UInt16])
    func everyDefinedCodeIsRead(_ code: UInt16) throws {
        var reader = ByteReader([UInt8(code >> 8), UInt8(code & 0xFF)])
        #expect(try ColumnType.decode(from: &reader, version: .v4) == (code == 0x000A ? .text : .inet))
    }

    @Test(arguments: [0x0016, 0x0023, 0x0032, 0x8000] as [UInt16])
    func unknownCodeIsNamed(_ code: UInt16) {
        var reader = ByteReader([UInt8(code >> 8), UInt8(code & 0xFF)])
        #expect(throws: WireError(.unknownCode(Int(code)), field: "type", offset: 0)) {
            try ColumnType.decode(from: &reader, version: .v4)
        }
    }
}

@Suite struct CQLIdentifierTests {
    @Test func quotesAreDoubled() {
        #expect(CQLIdentifier.quoted("a\"b") == "\"a\"\"b\"")
        #expect(CQLLiteral.string("it's") == "'it''s'")
    }

    @Test(arguments: [
        ("plain_1", "plain_1"), ("Mixed", "\"Mixed\""), ("1st", "\"1st\""), ("", "\"\""), ("a b", "\"a b\""),
    ])
    func onlyWhatNeedsQuotesGetsThem(_ name: String, _ quoted: String) {
        #expect(CQLIdentifier.quotedIfNeeded(name) == quoted)
    }
}

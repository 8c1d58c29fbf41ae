import Testing

@testable import EmbeddedCQL

@Suite struct LexerTests {
    private func kinds(_ text: String) throws -> [LexicalToken.Kind] {
        try Lexer.tokens(of: text).map(\.kind)
    }

    @Test func foldsNamesAndKeepsQuotedOnes() throws {
        #expect(try kinds("SELECT \"Mixed \"\"x\"\"\"") == [.word("select"), .quotedName("Mixed \"x\""), .end])
    }

    @Test(arguments: [
        ("'it''s'", LexicalToken.Kind.string("it's")), ("''", .string("")), ("$$it's$$", .string("it's")),
        ("42", .integer("42")), ("-42", .integer("-42")), ("1.5", .float("1.5")), ("-1.", .float("-1.")),
        ("1e10", .float("1e10")), ("-1.5E-3", .float("-1.5E-3")), ("0xCAFE", .hex("CAFE")), ("0x", .hex("")),
        ("1h30m", .duration("1h30m")), ("12us", .duration("12us")),
        ("P1Y2M10DT2H30M", .duration("P1Y2M10DT2H30M")), ("-PT5S", .duration("-PT5S")), ("p1", .word("p1")),
        ("pt", .word("pt")), ("P", .word("p")),
        (
            "123E4567-e89b-12d3-a456-426614174000",
            .uuid("123e4567-e89b-12d3-a456-426614174000")
        ),
        ("deadbeef-e89b-12d3-a456-426614174000", .uuid("deadbeef-e89b-12d3-a456-426614174000")),
        ("<>", .symbol(.notEqual)), ("<=", .symbol(.lessOrEqual)), ("?", .positionalMarker),
    ])
    func readsOneToken(_ text: String, _ kind: LexicalToken.Kind) throws {
        #expect(try kinds(text) == [kind, .end])
    }

    @Test func skipsComments() throws {
        #expect(try kinds("a -- x\nb // y\nc /* z\n */ d") == [.word("a"), .word("b"), .word("c"), .word("d"), .end])
    }

    @Test func separatesAMinusFromAName() throws {
        #expect(try kinds("n - x") == [.word("n"), .symbol(.minus), .word("x"), .end])
    }

    @Test func countsLinesAndColumns() throws {
        let tokens = try Lexer.tokens(of: "a\n  b 'x\ny' c")
        #expect(tokens.map(\.line) == [1, 2, 2, 3, 3])
        #expect(tokens[1].column == 2)
        #expect(tokens[2].text == "'x\ny'")
        #expect(tokens[3].column == 3)
    }

    @Test(arguments: [
        ("'open", "line 1:5 mismatched character '<EOF>' expecting '''"),
        ("\"open", "line 1:5 mismatched character '<EOF>' expecting '\"'"),
        ("$$open", "line 1:6 mismatched character '<EOF>' expecting '$'"),
        ("a ^ b", "line 1:2 no viable alternative at character '^'"),
        ("/* open", "line 1:0 a comment is never closed"),
    ])
    func refuses(_ text: String, _ message: String) {
        #expect(throws: StatementError.syntax(message)) { try Lexer.tokens(of: text) }
    }
}

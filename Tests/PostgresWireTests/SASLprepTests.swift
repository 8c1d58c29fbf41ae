import PostgresWire
import Testing

@Suite struct SASLprepTests {
    /// The examples of RFC 4013, section 3.
    @Test(arguments: [
        ("I\u{AD}X", "IX"), ("user", "user"), ("USER", "USER"), ("\u{AA}", "a"), ("\u{2168}", "IX"), ("\u{7}", nil),
        ("\u{627}\u{31}", nil),
    ])
    func theExamplesOfRFC4013(_ text: String, _ expected: String?) {
        #expect(SASLprep.prepared(text).map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    }

    /// The cases of PostgreSQL's `src/test/authentication/t/002_saslprep.pl`: spellings of one password.
    @Test(arguments: [
        ("I\u{AD}X", "IX"), ("I\u{AD}X", "\u{2168}"), ("\u{AA}", "a"), ("foo\u{A0}bar", "foo bar"),
    ])
    func spellingsThatPostgreSQLTakesForEqual(_ first: String, _ second: String) {
        #expect(SASLprep.bytes(first) == SASLprep.bytes(second))
    }

    /// What the rules refuse, PostgreSQL hashes as it is.
    @Test(arguments: ["foo\u{7}bar", "\u{627}1", "\u{627}1\u{627}a", "\u{AD}", "\u{1F511}é", "a\u{FFFD}", "\u{E000}"])
    func refusedTextStaysAsItIs(_ text: String) {
        #expect(SASLprep.bytes(text) == Array(text.utf8))
    }

    @Test(arguments: [
        // Composed, decomposed, reordered and blocked marks.
        ("e\u{301}", "\u{E9}"), ("\u{E9}", "\u{E9}"), ("q\u{307}\u{323}", "q\u{323}\u{307}"),
        ("d\u{307}\u{323}", "\u{1E0D}\u{307}"), ("a\u{315}\u{300}", "\u{E0}\u{315}"),
        ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}"), ("\u{AC00}\u{11A8}", "\u{AC01}"), ("\u{AC01}", "\u{AC01}"),
        // Compatibility forms; a composition that Unicode excludes.
        ("\u{FB01}\u{1D7D8}\u{FF21}\u{2075}", "fi0A5"), ("\u{3392}", "MHz"), ("\u{958}", "\u{915}\u{93C}"),
        ("\u{F900}", "\u{8C48}"), ("\u{2000}x\u{3000}", " x "), ("x\u{200B}y\u{FE00}z", "x yz"),
    ])
    func textIsNormalizedByCompatibility(_ text: String, _ expected: String) {
        #expect(SASLprep.bytes(text) == Array(expected.utf8))
    }
}

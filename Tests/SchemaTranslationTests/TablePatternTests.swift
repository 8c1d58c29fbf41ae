import SchemaTranslation
import Testing

@Suite struct TablePatternTests {
    @Test(arguments: [
        ("animals", true), ("Animals", false), ("*", true), ("a*s", true), ("an?mals", true), ("an?als", false),
        ("*.animals", true), ("zoo.animals", true), ("zoo.*", true), ("shop.*", false), ("", false),
        ("animals?", false),
        ("animals*", true), ("*a*a*", true), ("*x*", false), ("***", true),
    ])
    func matches(_ pattern: String, _ expected: Bool) {
        #expect(TablePattern(pattern).matches(QualifiedName("zoo", "animals")) == expected)
    }

    @Test func manyStarsDoNotExplode() {
        let pattern = TablePattern(String(repeating: "*a", count: 30) + "b")
        #expect(!pattern.matches(QualifiedName("s", String(repeating: "a", count: 60))))
    }

    @Test func listsAreSplitAtCommas() {
        #expect(TablePattern.list(" a ,b*,, c d ").map(\.text) == ["a", "b*", "c d"])
    }
}

import SchemaTranslation
import Testing

@Suite struct TargetNameTests {
    @Test(arguments: [
        ("animals", "animals"), ("Mixed_Case9", "Mixed_Case9"), ("_x", "_x"), ("my table", "my_table"),
        ("größe", "gr__e"), ("a\"b.c", "a_b_c"), ("e\u{301}", "e_"),
        (String(repeating: "x", count: 48), String(repeating: "x", count: 48)),
    ])
    func replacesWhatCQLCannotHold(_ source: String, _ expected: String) {
        #expect(TargetName.legal(for: source) == expected)
    }

    @Test func shortensWithAHashOfTheWholeName() {
        let first = TargetName.legal(for: String(repeating: "x", count: 60) + "1")
        let second = TargetName.legal(for: String(repeating: "x", count: 60) + "2")
        #expect(first == String(repeating: "x", count: 39) + "_e24b704c")
        #expect(first.count == TargetName.maximumLength)
        #expect(second.count == TargetName.maximumLength)
        #expect(first != second)
    }
}

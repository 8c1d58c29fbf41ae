import SchemaTranslation
import Testing

@Suite struct QuantityTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000")])
    func groupsDigits(_ value: Int, _ expected: String) {
        #expect(Quantity.count(value) == expected)
    }

    @Test func agreesWithTheNoun() {
        #expect(Quantity.count(1, "row") == "1 row")
        #expect(Quantity.count(0, "row") == "0 rows")
    }

    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (96_300, "96.3 kB"), (1_999_999, "1.9 MB"),
        (Int.max, "9223.3 PB"),
    ])
    func scalesBytes(_ value: Int, _ expected: String) {
        #expect(Quantity.bytes(value) == expected)
    }

    @Test(arguments: [(Double.infinity, "0.0"), (.nan, "0.0"), (-1, "0.0"), (1e300, "1000000000000000.0")])
    func neverTraps(_ value: Double, _ expected: String) {
        #expect(Quantity.tenths(value) == expected)
    }
}

import Testing
import WireKit

@Suite struct JSONTests {
    @Test(arguments: [
        (JSON.null, "null"), (.boolean(true), "true"), (.integer(-7), "-7"), (.number(1.5), "1.5"),
        (.number(.infinity), "null"), (.number(.nan), "null"), (.array([]), "[]"), (.object([]), "{}"),
        (.string("a\"b\\c\n\r\t\u{1}\u{1F}é"), #""a\"b\\c\n\r\t\u0001\u001fé""#),
        (.array([.integer(1), .string("x")]), #"[1,"x"]"#),
        (.object([JSON.Member("b", .integer(1)), JSON.Member("a", .array([.null]))]), #"{"b":1,"a":[null]}"#),
    ])
    func writes(_ value: JSON, _ expected: String) {
        #expect(value.text == expected)
    }
}

import Testing
import WireKit

@Suite struct JSONParserTests {
    @Test(arguments: [
        ("null", JSON.null), (" true ", .boolean(true)), ("false", .boolean(false)), ("0", .integer(0)),
        ("-0", .integer(0)), ("-12", .integer(-12)), ("1.5", .number(1.5)), ("1e3", .number(1000)),
        ("-2.5E-1", .number(-0.25)), ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("[]", .array([])), ("{ }", .object([])),
        ("\"\"", .string("")), (#""a\"\\\/\b\f\n\r\tA\u00e9\uD83D\uDE00""#, .string("a\"\\/\u{8}\u{C}\n\r\tAé😀")),
        (#""\ud83d""#, .string("\u{FFFD}")), (#""\ude00x""#, .string("\u{FFFD}x")),
        (#""\ud83dA""#, .string("\u{FFFD}A")), (#""\u0000""#, .string("\0")),
        (
            #"{"a":[1,{"b":null}],"a":2}"#,
            .object([
                JSON.Member("a", .array([.integer(1), .object([JSON.Member("b", .null)])])),
                JSON.Member("a", .integer(2)),
            ])
        ),
    ])
    func reads(_ text: String, _ expected: JSON) throws {
        #expect(try JSON(parsing: text.utf8) == expected)
    }

    @Test(arguments: [
        "", " ", "nul", "tru e", "01", "-", "1.", ".5", "1e", "+1", "0x10", "Infinity", "NaN", "1e999", "[", "[1",
        "[1,",
        "[1,]", "[1 2]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "\"", "\"\\",
        "\"\\x\"",
        "\"\\u12\"", "\"\\u12G4\"", "\"a\nb\"", "'a'", "1 1", "null,", "]", "}",
    ])
    func refuses(_ text: String) {
        #expect(throws: WireError.self) { try JSON(parsing: text.utf8) }
    }

    @Test func invalidUTF8IsRefused() {
        #expect(throws: WireError(.invalidUTF8, field: "JSON", offset: 1)) {
            try JSON(parsing: [UInt8(ascii: "\""), 0xC3, 0x28, UInt8(ascii: "\"")])
        }
    }

    @Test func depthIsBounded() throws {
        let allowed = String(repeating: "[", count: JSON.depthLimit) + String(repeating: "]", count: JSON.depthLimit)
        _ = try JSON(parsing: allowed.utf8)
        #expect(throws: WireError.self) { try JSON(parsing: String(repeating: "[", count: 1_000_000).utf8) }
        #expect(throws: WireError.self) { try JSON(parsing: String(repeating: "{\"a\":", count: 100_000).utf8) }
    }

    @Test func theLastOfRepeatedMembersCounts() throws {
        let value = try JSON(parsing: #"{"a":1,"b":["x",2,"y"],"a":7.0,"c":{"k":"v","n":1}}"#.utf8)
        #expect(value["a"]?.integer == 7)
        #expect(value["b"]?.strings == ["x", "y"])
        #expect(value["c"]?.stringMembers == ["k": "v"])
        #expect(value["missing"] == nil)
        #expect(JSON.integer(1)["a"] == nil)
    }

    @Test func meaningIgnoresTheOrderOfMembers() throws {
        let one = try JSON(parsing: #"{"a":[1,{"x":1,"y":2}],"b":null}"#.utf8)
        let same = try JSON(parsing: #"{"b":null,"a":[1,{"y":2,"x":1}]}"#.utf8)
        let other = try JSON(parsing: #"{"b":null,"a":[{"y":2,"x":1},1]}"#.utf8)
        #expect(one.means(same))
        #expect(!one.means(other))
    }

    @Test func aStreamIsCutIntoItsValuesWhereverItWasCut() throws {
        let text = "{\"a\":\"}\\\"{\"}\r\n[1,[2]] {\"b\":{}}{\"c\":1}\nnull\n-1.5e3\"x\\\"y\"\"\"true[]false 12"
        let expected = [
            #"{"a":"}\"{"}"#, "[1,[2]]", #"{"b":{}}"#, #"{"c":1}"#, "null", "-1.5e3", #""x\"y""#, #""""#, "true", "[]",
            "false", "12",
        ]
        for size in 1...text.utf8.count {
            var decoder = JSONSequenceDecoder()
            var values: [JSON] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                values += try decoder.append(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            values += try decoder.finish()
            #expect(values == (try expected.map { try JSON(parsing: $0.utf8) }))
            #expect(try decoder.finish().isEmpty)
        }
    }

    @Test(arguments: ["}", "]", "1}", "nul ", "tru", "1 2 x", "\"open", "{\"a\":", "[1,2,3,4,5]"])
    func aStreamOfAnythingElseIsRefused(_ text: String) {
        #expect(throws: WireError.self) {
            var decoder = JSONSequenceDecoder(limit: 8)
            _ = try decoder.append(text.utf8)
            _ = try decoder.finish()
        }
    }
}

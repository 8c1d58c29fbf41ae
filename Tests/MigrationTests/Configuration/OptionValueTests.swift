import Migration
import Testing

@Suite struct OptionValueTests {
    @Test(arguments: [
        "ACCESS SHARE", "row share", "Row Exclusive", " share  update\texclusive ", "SHARE", "share row exclusive",
        "EXCLUSIVE", "access exclusive",
    ])
    func lockModesMayHaveAnyCase(_ text: String) throws {
        let words = text.uppercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(try TableLockMode(option: text).rawValue == words)
    }

    @Test(arguments: ["", "SHARED", "ACCESSSHARE", "ACCESS SHARE; DROP TABLE t"])
    func otherLockModesAreRefusedWithTheList(_ text: String) throws {
        let error = #expect(throws: InvalidOption.self) { try TableLockMode(option: text) }
        let description = try #require(error).description
        #expect(
            description.hasPrefix("--postgres-lock-mode cannot be \"\(text)\": choose one of ACCESS SHARE, ROW SHARE")
        )
        for mode in TableLockMode.allCases { #expect(description.contains(mode.rawValue)) }
    }

    @Test func loadMethods() throws {
        #expect(try LoadMethod(option: "FDW") == .fdw)
        #expect(try LoadMethod(option: "direct") == .direct)
        #expect(throws: InvalidOption("--load-method", "cannot be \"x\": choose fdw or direct")) {
            try LoadMethod(option: "x")
        }
    }
}

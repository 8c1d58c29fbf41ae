import SchemaTranslation
import Testing

@Suite struct TableSelectionTests {
    private func names(_ included: String = "", _ excluded: String = "") throws(PlanError) -> [String] {
        let selection = TableSelection(
            included: TablePattern.list(included),
            excluded: TablePattern.list(excluded)
        )
        return try selection.select(from: SampleSchemas.trees).map(\.name.name)
    }

    @Test func selectsEverythingByDefault() throws {
        #expect(try names() == ["animals", "dogs", "measurements"])
    }

    @Test func exclusionWins() throws {
        #expect(try names("*s", "shop.meas*") == ["animals", "dogs"])
        #expect(try names("dogs, animals") == ["animals", "dogs"])
    }

    @Test func aPatternThatMatchesNothingIsNamed() {
        #expect(throws: PlanError.self) { try names("dogs,horses") }
        #expect(throws: PlanError.self) { try names("", "horses") }
        let error = PlanError.patternMatchesNothing(
            pattern: "horses",
            option: "--tables",
            hint: "schema shop has animals, dogs, measurements"
        )
        #expect(throws: error) { try names("horses") }
    }

    @Test func aPartitionPointsToItsTable() {
        #expect(
            throws: PlanError.patternMatchesNothing(
                pattern: "m202*",
                option: "--exclude",
                hint: "m2024 is copied as part of measurements"
            )
        ) { try names("", "m202*") }
    }
}

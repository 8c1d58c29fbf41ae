import Testing

@testable import Migration

@Suite struct SampleTableTests {
    @Test func coversTheTypesOfTheToolkitsSamples() {
        let types = Dictionary(uniqueKeysWithValues: SampleTable.all.map { ($0.name, $0.columns.map(\.type)) })
        let animals = ["integer", "character varying(100)", "integer", "numeric(8,2)", "date"]
        #expect(types["animals"] == animals)
        #expect(types["habitats"]?.suffix(2) == ["numeric(10,2)", "date"])
        #expect(types["feedings"]?.suffix(2) == ["numeric(6,2)", "timestamp without time zone"])
        #expect(
            types["equipment"] == [
                "bigint", "smallint", "text", "real", "double precision", "boolean", "uuid", "inet",
                "time without time zone", "timestamp without time zone",
            ]
        )
    }

    @Test func namesAreQuoted() throws {
        let table = try #require(SampleTable.all.first)
        let target = "\"my \"\"zoo\"\"\".\"animals\""
        #expect(
            table.createStatement(in: "my \"zoo\"").hasPrefix(
                "CREATE TABLE \(target) (\"animal_id\" integer PRIMARY KEY, "
            )
        )
        #expect(table.dropStatement(in: "my \"zoo\"") == "DROP TABLE IF EXISTS \(target)")
        #expect(
            table.cleaningStatement(in: "my \"zoo\"")
                == "DELETE FROM \(target) WHERE \"animal_id\" NOT BETWEEN 1 AND 1000"
        )
        #expect(
            table.loadStatement(in: "my \"zoo\"").contains(
                "ON CONFLICT (\"animal_id\") DO UPDATE SET \"name\" = EXCLUDED.\"name\""
            )
        )
    }

    @Test func onlyTheSameColumnsAndKeyAreFilledAgain() throws {
        let table = try #require(SampleTable.all.first)
        var existing = ExistingSampleTable(
            kind: "r",
            columns: table.columns.enumerated().map { index, column in
                ExistingSampleTable.Column(name: column.name, type: column.type, isKey: index == 0)
            }
        )
        #expect(table.matches(existing))
        existing.kind = "v"
        #expect(!table.matches(existing))
        existing.kind = "p"
        #expect(table.matches(existing))
        existing.columns[0].isKey = false
        #expect(!table.matches(existing))
        existing.columns[0].isKey = true
        existing.columns[3].type = "numeric(8,3)"
        #expect(!table.matches(existing))
    }
}

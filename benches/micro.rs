//! How long the parts of a run take on one submission of a county with a thousand rows, and the statistics of a nation: `cargo bench
//! --bench micro`.

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use divan::{Bencher, counter::BytesCount, counter::ItemsCount};
use huizong::cli::diagnostics;
use huizong::domain::{AreaCounts, Cell, Expected, FormCoverage, IndicatorCells, IndicatorLevels, Period, RawTable};
use huizong::intake::Intake;
use huizong::lake::bridge::to_polars;
use huizong::normalize::{Context, Normalized, normalize};
use huizong::pipeline::{self, Better, Indicator, Pipeline};
use huizong::registry::Registry;
use huizong::rollup::{Plan, levels};
use huizong::sample::{Counties, Encoding, Format, Options, generate};
use huizong::statistics::index::{self, INDICES};
use huizong::statistics::{self, Coverage, Distribution, Inputs, Unit};

/// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// Rows of the submission.
const ROWS: f64 = 1000.0;
/// Units over which indices are computed: the counties of a nation.
const UNITS: usize = 2_800;

/// A pipeline, and one submission of a county to it in several forms.
struct World {
    pipeline: Pipeline,
    registry: Registry,
    period: Period,
    /// Form `communities`.
    form: usize,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let shown = |faults: Vec<_>| diagnostics::render(&faults, false);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/community-services");
    let mut pipeline = pipeline::load(&folder).map_err(shown).expect("the definition is sound");
    // The statistics below are of five dimensions; that which crosses two of them is the last.
    let crossed = pipeline.dimensions.pop().expect("the pipeline has dimensions");
    assert_eq!((crossed.id.as_str(), pipeline.dimensions.len()), ("region_terrain", 5));
    let registry = Registry::load(&pipeline).map_err(shown).expect("the registry is sound");
    let form = pipeline.forms.iter().position(|form| form.id == "communities");
    World {
        period: *pipeline.periods.last().expect("a pipeline has periods"),
        form: form.expect("the pipeline has the form"),
        pipeline,
        registry,
    }
});

/// A submission: its path below the input folder, and its bytes.
struct Sent {
    path: String,
    bytes: Vec<u8>,
}

/// The submission of a county in one format and encoding.
fn sent(format: Format, encoding: Encoding) -> Sent {
    let folder = tempfile::tempdir().expect("a folder for the submissions");
    let options = Options {
        output: folder.path().to_owned(),
        counties: Counties::Some(1),
        periods: vec![WORLD.period],
        formats: vec![format],
        encodings: vec![encoding],
        communities: Some(ROWS),
        fault_rate: 0.0,
        quirk_rate: 0.0,
        seed: Some(1),
    };
    generate(&WORLD.pipeline, &WORLD.registry, &options).expect("submissions are made");
    let root = folder.path().join("submissions");
    let is_roster = |path: &PathBuf| path.to_string_lossy().contains("_communities");
    let files = walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().flatten();
    let path = files
        .map(walkdir::DirEntry::into_path)
        .find(is_roster)
        .expect("a county sends its communities");
    let bytes = std::fs::read(&path).expect("the submission can be read");
    let path = path.strip_prefix(&root).expect("it lies below the folder");
    Sent {
        path: path.to_string_lossy().into_owned(),
        bytes,
    }
}

fn intake() -> Intake<'static> {
    Intake::new(&WORLD.pipeline, Path::new("input"), WORLD.registry.root_code())
}

fn table() -> (String, RawTable) {
    let sent = sent(Format::Csv, Encoding::Utf8);
    let mut read = intake().read_bytes(&sent.path, sent.bytes);
    let name = sent.path.rsplit('/').next().expect("a path has a name");
    let area = name.split('_').next().expect("the name begins with the county's code");
    let table = read.submissions.remove(0).table;
    (area.to_owned(), table.expect("the sheet has a header"))
}

fn normalized(sender: &str, table: &RawTable) -> Normalized {
    let areas = WORLD.registry.at(WORLD.period);
    let context = Context {
        pipeline: &WORLD.pipeline,
        form: WORLD.form,
        areas: &areas,
        sender,
        submission: 0,
    };
    normalize(table, &context)
}

#[divan::bench(args = [Format::Csv, Format::Xlsx])]
fn read_utf_8(bencher: Bencher<'_, '_>, format: &Format) {
    let (sent, intake) = (sent(*format, Encoding::Utf8), intake());
    bencher
        .counter(BytesCount::new(sent.bytes.len()))
        .with_inputs(|| sent.bytes.clone())
        .bench_values(|bytes| intake.read_bytes(&sent.path, bytes));
}

#[divan::bench]
fn read_gb18030(bencher: Bencher<'_, '_>) {
    let (sent, intake) = (sent(Format::Csv, Encoding::Gb18030), intake());
    bencher
        .counter(BytesCount::new(sent.bytes.len()))
        .with_inputs(|| sent.bytes.clone())
        .bench_values(|bytes| intake.read_bytes(&sent.path, bytes));
}

/// The cleaners, all columns of the form.
#[divan::bench]
fn clean(bencher: Bencher<'_, '_>) {
    let (sender, table) = table();
    let cells = table.records.len() * table.columns.len();
    bencher
        .counter(ItemsCount::new(cells))
        .bench(|| normalized(&sender, black_box(&table)));
}

/// The sums of all measures, by area and members.
#[divan::bench]
fn sum(bencher: Bencher<'_, '_>) {
    let (sender, table) = table();
    let frame = to_polars(&normalized(&sender, &table).batch).expect("polars takes the columns");
    let plan = Plan::new(&WORLD.pipeline, WORLD.form).expect("the sums of the form");
    let all = vec![true; frame.height()];
    bencher
        .counter(ItemsCount::new(frame.height()))
        .bench(|| plan.judged(black_box(&frame), &all, &all).expect("the sums are made"));
}

fn units() -> Vec<Unit> {
    let unit = |at: usize| {
        // Figures that are neither sorted nor alike.
        let (numerator, denominator) = ((at * 7919 % 3001) as i128, (at * 104_729 % 5003 + 1) as i128);
        Unit {
            x: numerator as f64 / denominator as f64,
            numerator,
            denominator,
            group: at % 31,
        }
    };
    (0..UNITS).map(unit).collect()
}

#[divan::bench]
fn rank_units(bencher: Bencher<'_, '_>) {
    let units = units();
    bencher
        .counter(ItemsCount::new(units.len()))
        .bench(|| Distribution::new(black_box(&units)));
}

/// Ranking, and every index with its parts.
#[divan::bench]
fn every_index(bencher: Bencher<'_, '_>) {
    let units = units();
    let context = index::Context {
        better: Better::Higher,
        reference: Some(0),
        order: (0..31).collect(),
    };
    bencher.counter(ItemsCount::new(units.len())).bench(|| {
        let all = Distribution::new(black_box(&units)).expect("the units have a distribution");
        INDICES
            .iter()
            .filter(|index| (index.compute)(&all, &context).is_ok())
            .count()
    });
}

/// What the statistics of one period of a nation are made of.
struct Nation {
    cells: Vec<IndicatorCells>,
    levels: Vec<IndicatorLevels>,
    coverage: Coverage,
}

/// Indicators of the nation, and periods for which the statistics are made.
const INDICATORS: usize = 40;
const PERIODS: usize = 20;

impl Nation {
    /// Every county has sent each form, with records of every member.
    fn new() -> Nation {
        let World {
            pipeline,
            registry,
            period,
            ..
        } = &*WORLD;
        let areas = registry.at(*period);
        let counties: Vec<String> = areas
            .at_level(pipeline.registry.levels.len() - 1)
            .map(|area| area.code.clone())
            .collect();
        let cells: Vec<IndicatorCells> = (0..INDICATORS)
            .map(|indicator| indicator_cells(indicator, &counties))
            .collect();
        let expected: BTreeMap<String, Expected> = counties
            .iter()
            .map(|code| {
                (
                    code.clone(),
                    Expected {
                        rows: Some(200),
                        ..Expected::default()
                    },
                )
            })
            .collect();
        let counts = AreaCounts {
            submissions: 1,
            rows_accepted: 200,
            ..AreaCounts::default()
        };
        let one = FormCoverage {
            expected: expected.into(),
            received: counties.iter().map(|code| (code.clone(), counts.clone())).collect(),
            last: BTreeMap::new(),
        };
        Nation {
            levels: cells.iter().map(|cells| levels(cells, &areas)).collect(),
            coverage: (0..pipeline.forms.len())
                .map(|form| ((*period, form), one.clone()))
                .collect(),
            cells,
        }
    }
}

/// Combinations of members of the dimensions of rows that an indicator counts.
fn combinations(pipeline: &Pipeline, indicator: &Indicator) -> Vec<Vec<u16>> {
    let mut all = vec![vec![Cell::NO_MEMBER; pipeline.dimensions.len()]];
    for dimension in pipeline.shared_dimensions(indicator) {
        let of = &pipeline.dimensions[dimension];
        let allowed = |member: &usize| {
            let mut filter = indicator.filter.iter().filter(|(own, _)| *own == dimension);
            filter.all(|(_, ids)| ids.iter().any(|id| id == of.member_id(*member)))
        };
        let members: Vec<usize> = (0..of.members.len()).filter(allowed).collect();
        let with = |before: &Vec<u16>| {
            members
                .iter()
                .map(|member| {
                    let mut all = before.clone();
                    all[dimension] = *member as u16;
                    all
                })
                .collect::<Vec<_>>()
        };
        all = all.iter().flat_map(with).collect();
    }
    all
}

fn indicator_cells(at: usize, counties: &[String]) -> IndicatorCells {
    let pipeline = &WORLD.pipeline;
    let spec = &pipeline.indicators[at];
    let combinations = combinations(pipeline, spec);
    let cell = |(number, (code, members)): (usize, (&String, &Vec<u16>))| {
        // Figures that are neither sorted nor alike, with a numerator that is no larger than its denominator.
        let denominator = ((number * 104_729 + at) % 5003 + 1) as i128;
        let cell = Cell {
            numerator: (number * 7919) as i128 % (denominator + 1),
            denominator,
            rows: 30,
            ..Cell::default()
        };
        (code.clone(), members.clone(), cell)
    };
    let places = counties
        .iter()
        .flat_map(|code| combinations.iter().map(move |members| (code, members)));
    let mut all = IndicatorCells {
        period: WORLD.period,
        indicator: at,
        numerator_scale: 0,
        denominator_scale: 0,
        keys: Arc::default(),
        cells: Vec::new(),
        unknown: BTreeMap::new(),
        left_out: Vec::new(),
        unmatched: BTreeSet::new(),
    };
    all.fill(places.enumerate().map(cell).collect());
    all
}

/// Places, indicators and comparisons, as a run makes them of each period. The five dimensions are those of the pipeline.
#[divan::bench(sample_count = 5)]
fn statistics_of_3000_counties_20_periods_40_indicators_5_dimensions(bencher: Bencher<'_, '_>) {
    let World { pipeline, registry, .. } = &*WORLD;
    let Nation {
        cells,
        levels,
        coverage,
    } = &Nation::new();
    bencher.counter(ItemsCount::new(PERIODS * INDICATORS)).bench(|| {
        for _ in 0..PERIODS {
            let places = statistics::places(pipeline, registry, black_box(cells), coverage);
            let inputs = Inputs::new(pipeline, cells, coverage, &places);
            black_box(statistics::indicators(&inputs, registry, levels));
            black_box(statistics::compare(&inputs));
        }
    });
}

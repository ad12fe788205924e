//! The words of the workbook, in both languages: names of sheets, headers, notes.

use crate::domain::Lang;

/// A text of the workbook.
#[derive(Clone, Copy, Debug)]
pub struct Words(pub &'static str, pub &'static str);

impl Words {
    pub fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => self.0,
            Lang::En => self.1,
        }
    }
}

// Names of sheets: a spreadsheet takes 31 characters, and some marks not at all.
pub const CONTENTS: Words = Words("目录", "Contents");
pub const GOALS: Words = Words("目标", "Goals");
pub const GOAL_CHARTS: Words = Words("目标图", "Goal charts");
pub const COURSE: Words = Words("时间序列", "Over time");
pub const AREAS: Words = Words("地区", "Areas");
pub const INDICATORS: Words = Words("指标明细", "Indicators");
pub const GAPS: Words = Words("差距", "Gaps");
pub const GAP_CHARTS: Words = Words("差距图", "Gap charts");
pub const GROUPS: Words = Words("分组", "Groups");
pub const INEQUALITY: Words = Words("不平等指数", "Inequality");
pub const VERDICTS: Words = Words("可改变判定的缺报", "What could turn verdicts");
pub const PROGRESS: Words = Words("目标进度", "Progress");
pub const RANKS: Words = Words("地区排名", "Ranks");
pub const CHANGES: Words = Words("变化分解", "Changes");
pub const GAP_CHANGES: Words = Words("差距变化", "Gap changes");
pub const GAP_MIXES: Words = Words("差距构成分解", "Gap mixes");
pub const GAP_CHANGE_MIXES: Words = Words("差距变化构成分解", "Gap change mixes");
pub const PRODUCTS: Words = Words("乘积分解", "Products");
pub const CONVERGENCE: Words = Words("地区收敛", "Convergence");
pub const BETWEEN_SHARES: Words = Words("组间占比", "Between groups");
pub const NEIGHBOURS: Words = Words("空间相关", "Neighbours");
pub const CLUSTERS: Words = Words("空间聚集", "Clusters");
pub const ESTIMATES: Words = Words("缺报估计", "Estimates");
pub const ESTIMATE_ERRORS: Words = Words("估计误差", "Errors of estimates");
pub const REPORTING: Words = Words("上报情况", "Reporting");
pub const RECONCILIATION: Words = Words("核对", "Reconciliation");
pub const FINDINGS: Words = Words("问题", "Findings");
pub const INFLUENCE: Words = Words("问题的影响", "Influence");
pub const DEFINITIONS: Words = Words("指标定义", "Definitions");
pub const COLUMNS: Words = Words("列说明", "Columns");

// Headers.
pub const INDICATOR: Words = Words("指标", "Indicator");
pub const INDICATOR_ID: Words = Words("指标代码", "Indicator code");
pub const UNIT: Words = Words("单位", "Unit");
pub const PERIOD: Words = Words("报告期", "Period");
pub const AREA: Words = Words("地区", "Area");
pub const CODE: Words = Words("代码", "Code");
pub const VALUE: Words = Words("数值", "Value");
pub const LOWER: Words = Words("下限", "Lower bound");
pub const UPPER: Words = Words("上限", "Upper bound");
pub const NUMERATOR: Words = Words("分子", "Numerator");
pub const DENOMINATOR: Words = Words("分母", "Denominator");
pub const KNOWN: Words = Words("已知分母份额", "Known share");
pub const EXPECTED: Words = Words("应报", "Expected");
pub const REPORTED: Words = Words("已报", "Reported");
pub const QUARANTINED: Words = Words("有隔离行的单位", "With quarantined rows");
pub const BASELINE: Words = Words("基期值", "Baseline");
pub const TARGET: Words = Words("目标值", "Target");
pub const ATTAINMENT: Words = Words("完成率", "Attainment");
pub const VERDICT: Words = Words("判定", "Verdict");
pub const ROBUST: Words = Words("稳健", "Robust");
pub const WHY: Words = Words("无数值的原因", "Why empty");
pub const START: Words = Words("起点", "Start");
pub const START_PERIOD: Words = Words("起点时期", "Start period");
pub const START_PUBLISHED: Words = Words("起点已公布", "Start published");
pub const NOW: Words = Words("现值", "Now");
pub const TARGET_PERIOD: Words = Words("目标时期", "Target period");
pub const AREAS_MET: Words = Words("达标地区", "Areas met");
pub const AREAS_JUDGED: Words = Words("判定地区", "Areas judged");
pub const FIGURE: Words = Words("项目", "Figure");
pub const DIMENSION: Words = Words("维度", "Dimension");
pub const MEMBER: Words = Words("组", "Group");
pub const GROUP_A: Words = Words("组 A", "Group A");
pub const GROUP_B: Words = Words("组 B", "Group B");
pub const VALUE_A: Words = Words("A 的数值", "Value of A");
pub const VALUE_B: Words = Words("B 的数值", "Value of B");
pub const GAP: Words = Words("差距（A − B）", "Gap (A − B)");
pub const RATIO: Words = Words("比率（A ÷ B）", "Ratio (A ÷ B)");
pub const MIX: Words = Words("构成效应", "Mix effect");
pub const RATE: Words = Words("水平效应", "Rate effect");
pub const GAP_LOWER: Words = Words("差距下限", "Gap, lower bound");
pub const GAP_UPPER: Words = Words("差距上限", "Gap, upper bound");
pub const N_STRATA: Words = Words("层数", "Strata");
pub const N_BORROWED: Words = Words("仅一方有的层数", "Strata of one side");
pub const SHARE: Words = Words("占分母份额", "Share of denominator");
pub const RELATIVE: Words = Words("与总体之比", "Relative to whole");
pub const OVER: Words = Words("计算单元", "Computed over");
pub const N_UNITS: Words = Words("单元数", "Units");
pub const FORM: Words = Words("表式", "Form");
pub const RECEIVED: Words = Words("收到", "Received");
pub const ON_TIME: Words = Words("按时", "On time");
pub const USABLE: Words = Words("可用", "Usable");
pub const REPORTING_SHARE: Words = Words("上报率", "Reporting");
pub const USABLE_SHARE: Words = Words("可用率", "Usable share");
pub const TIMELINESS: Words = Words("及时率", "Timeliness");
pub const ROWS_EXPECTED: Words = Words("应报行数", "Rows expected");
pub const ROWS_ACCEPTED: Words = Words("计入行数", "Rows accepted");
pub const COMPLETENESS: Words = Words("完整率", "Completeness");
pub const ITEM_RESPONSE: Words = Words("填报率", "Item response");
pub const WEIGHTED: Words = Words("加权上报率", "Weighted");
pub const RULE: Words = Words("审核关系", "Rule");
pub const SEVERITY: Words = Words("级别", "Severity");
pub const FINDING: Words = Words("问题", "Finding");
pub const AFFECTED: Words = Words("单元格或行", "Cells or rows");
pub const SENDERS: Words = Words("上报单位", "Senders");
pub const WHERE: Words = Words("文件", "File");
pub const CELL: Words = Words("单元格或行", "Cell or row");
pub const WITHOUT: Words = Words("不计入", "Without");
pub const WITH: Words = Words("计入", "With");
pub const CHANGE: Words = Words("变动", "Change");
pub const COUNTED: Words = Words("现已计入", "Counted now");
pub const FORMULA: Words = Words("公式", "Formula");
pub const SOURCES: Words = Words("来源", "Sources");
pub const CAVEATS: Words = Words("说明", "Notes");
pub const BASELINES: Words = Words("基期值（时期：值）", "Baseline (period: value)");
pub const TARGETS: Words = Words("目标值（时期：值）", "Target (period: value)");
pub const SHEET: Words = Words("工作表", "Sheet");
pub const COLUMN: Words = Words("列", "Column");
pub const MEANING: Words = Words("含义", "Meaning");
pub const EMPTY: Words = Words("空单元格的含义", "Empty cell");
pub const IN_TABLE: Words = Words("数据表中的列", "Column of the tables");
pub const SHOWS: Words = Words("内容", "Shows");
pub const ROWS: Words = Words("行数", "Rows");
pub const LEFT_OUT: Words = Words("未列出", "Left out");

// Words in cells.
pub const CELLS: Words = Words("地区×组", "areas by groups");
pub const MEMBERS: Words = Words("组", "groups");
pub const WHOLE: Words = Words("（不分组）", "(no groups)");
pub const EACH_INDICATOR: Words = Words("（各指标）", "(each indicator)");
pub const EACH_PERIOD: Words = Words("（各报告期）", "(each period)");
pub const EACH_INDEX: Words = Words("（各指数）", "(each index)");
pub const NEVER: Words = Words("不会为空", "never empty");
pub const AS_PERCENTAGE: Words = Words("份额（显示为百分比）", "share, shown as a percentage");
pub const UNIT_MEANS: (Words, Words) = (
    Words("数值的单位", "Unit of the values"),
    Words("单位见名称", "the title says it"),
);
pub const VERDICT_MEANS: (Words, Words) = (
    Words("数值是否达到目标", "Whether the value meets the target"),
    Words("没有目标", "no target"),
);
pub const BACK: Words = Words("← 目录", "← Contents");

/// What the sheets say of themselves: the title, and what must be known to read it.
pub const TITLES: &[(Words, Words, Words)] = &[
    (
        GOALS,
        Words("目标完成情况", "Goals and how far they are reached"),
        Words(
            "上下限：缺失的数据取合理值时的最低值和最高值。稳健：无论缺失数据如何，判定不变。",
            "Bounds: the lowest and highest value that plausible figures for missing data would give. Robust: the verdict holds whatever is missing.",
        ),
    ),
    (
        GOAL_CHARTS,
        Words("各目标的走势", "The course of each goal"),
        Words("数据见“时间序列”。", "The figures are on the sheet “Over time”."),
    ),
    (
        COURSE,
        Words("总体各指标按报告期", "Indicators of the whole by period"),
        Words(
            "一行一个指标的一个项目。目标值是该期或其后最近一期的目标。",
            "A row is one figure of an indicator. The target is that of the period, or of the next later one.",
        ),
    ),
    (
        AREAS,
        Words("各地区的指标值", "Indicators by area"),
        Words(
            "一行一个地区的一个报告期，一列一个指标；最近的报告期在前。无数值的原因见“指标明细”。",
            "A row is an area in a period, a column an indicator; the latest period comes first. The sheet “Indicators” says why a cell is empty.",
        ),
    ),
    (
        INDICATORS,
        Words("各地区指标明细", "Indicators in detail"),
        Words(
            "一行一个指标的一个地区和报告期；最近的报告期在前。",
            "A row is an indicator of an area in a period; the latest period comes first.",
        ),
    ),
    (
        GAPS,
        Words("两组之间的差距", "Gaps between two groups"),
        Words(
            "差距 = 构成效应 + 水平效应。最近的报告期在前。",
            "The gap is the sum of its mix and rate effects. The latest period comes first.",
        ),
    ),
    (
        GAP_CHARTS,
        Words("两组的数值", "The values of both groups"),
        Words(
            "最近一期；数据见“差距”。",
            "The latest period; the figures are on the sheet “Gaps”.",
        ),
    ),
    (
        GROUPS,
        Words("总体按组", "The whole by groups"),
        Words("最近的报告期在前。", "The latest period comes first."),
    ),
    (
        INEQUALITY,
        Words("总体的不平等指数", "Inequality of the whole"),
        Words(
            "一列一个指数，公式见 CODEBOOK.md。最近的报告期在前。",
            "A column is an index; CODEBOOK.md has the formulas. The latest period comes first.",
        ),
    ),
    (
        VERDICTS,
        Words(
            "哪些缺报足以改变判定或差距的方向",
            "Which missing reports could turn a verdict or the sign of a gap",
        ),
        Words(
            "每一判定列出最小的一组地区；最近的报告期在前。未列出的判定是稳健的，或没有上下限。",
            "For each verdict the smallest set of areas; the latest period comes first. A verdict that is not here is robust, or has no bounds.",
        ),
    ),
    (
        PROGRESS,
        Words("各目标的进度与外推", "Pace towards the targets, and where it leads"),
        Words(
            "一行一种算法。直线外推不是预测；前景须与是否稳健同看。最近的报告期在前。",
            "A row for each way to measure the pace. A straight line carried on is no forecast; read the outlook with whether it is robust. The latest period comes first.",
        ),
    ),
    (
        RANKS,
        Words(
            "各地区的名次及可能的名次范围",
            "Ranks of areas, and the ranks that they may have",
        ),
        Words(
            "仅最近的报告期。范围重叠的地区不分先后。",
            "The latest period. Areas whose ranges overlap are in no certain order.",
        ),
    ),
    (
        CHANGES,
        Words(
            "总体的变化有多少来自构成",
            "How much of a change comes of the mix of groups",
        ),
        Words(
            "变化 = 构成效应 + 水平效应，按每个维度分别计算；各维度之间不可相加。截至最近报告期的变化在前。",
            "A change is the sum of its mix and rate effects, for each dimension on its own; dimensions do not add up. Changes up to the latest period come first.",
        ),
    ),
    (
        GAP_CHANGES,
        Words(
            "总体各组之间的差距如何变化",
            "How gaps between groups of the whole have changed",
        ),
        Words(
            "差距的变化 = 甲的构成与水平效应 + 乙的构成与水平效应。差距为负时，上升即缩小。截至最近报告期的变化在前。",
            "The change of a gap is the sum of the mix and rate effects of both groups. A gap below 0 that rises has narrowed. Changes up to the latest period come first.",
        ),
    ),
    (
        GAP_MIXES,
        Words(
            "差距的构成效应有多少来自各个维度",
            "What each dimension of the strata adds to the mix effect of a gap",
        ),
        Words(
            "各维度之和为差距的构成效应。两个维度几乎一致时，分开看意义不大。最近的报告期在前。",
            "The parts of all dimensions add up to the mix effect. They tell little where two dimensions nearly coincide. The latest period comes first.",
        ),
    ),
    (
        GAP_CHANGE_MIXES,
        Words(
            "差距变化的构成效应有多少来自各个维度",
            "What each dimension of the strata adds to the mix effects of a change",
        ),
        Words(
            "各维度之和为甲、乙各自的构成效应。截至最近报告期的变化在前。",
            "The parts of all dimensions add up to the mix effects of either group. Changes up to the latest period come first.",
        ),
    ),
    (
        PRODUCTS,
        Words(
            "乘积指标的变化有多少来自各个因子",
            "What each factor adds to the change of a product",
        ),
        Words(
            "各因子之和为指标的变化。截至最近报告期的变化在前。",
            "The effects of all factors add up to the change of the indicator. Changes up to the latest period come first.",
        ),
    ),
    (
        CONVERGENCE,
        Words("各地区是否趋同", "Whether areas become more alike"),
        Words(
            "σ：差异是否缩小；β：落后者是否增长更快。定义见 CODEBOOK.md。截至最近报告期的变化在前。",
            "σ: whether the spread shrinks; β: whether those behind grow faster. CODEBOOK.md has the formulas. Changes up to the latest period come first.",
        ),
    ),
    (
        BETWEEN_SHARES,
        Words("不平等有多少在组间", "How much of the inequality lies between groups"),
        Words("最近的报告期在前。", "The latest period comes first."),
    ),
    (
        NEIGHBOURS,
        Words(
            "相邻地区是否相近（莫兰指数）",
            "Whether neighbouring areas are alike (Moran's I)",
        ),
        Words("最近的报告期在前。", "The latest period comes first."),
    ),
    (
        CLUSTERS,
        Words("高值或低值聚集的地区", "Areas where high or low values cluster"),
        Words(
            "仅最近的报告期。多重检验后仍显著者见相应列。",
            "The latest period. One column says what stays significant when all areas are tested at once.",
        ),
    ),
    (
        ESTIMATES,
        Words(
            "缺报部分若作估计，数值为何",
            "What figures would be if what is missing were estimated",
        ),
        Words(
            "仅总体；各地区见 tables/estimates.parquet。估计值不进入其他任何表。选用哪种方法，见“估计误差”。最近的报告期在前。",
            "The whole; tables/estimates.parquet has the areas. Estimates enter no other sheet. “Errors of estimates” says which method to trust. The latest period comes first.",
        ),
    ),
    (
        ESTIMATE_ERRORS,
        Words(
            "各估计方法在已知真值处的误差",
            "How wrong each method is where the truth is known",
        ),
        Words(
            "完整上报的单位逐一剔除后再估计。最近的报告期在前。",
            "Each unit that reported completely is left out in turn and estimated. The latest period comes first.",
        ),
    ),
    (
        REPORTING,
        Words("各地区上报情况", "Reporting by area and period"),
        Words("最近的报告期在前。", "The latest period comes first."),
    ),
    (
        RECONCILIATION,
        Words("两处来源的核对结果", "Figures that were stated twice, by rule"),
        Words("全部报告期。", "All periods."),
    ),
    (
        FINDINGS,
        Words("各类问题", "Findings by kind"),
        Words(
            "全部报告期。huizong explain 加代码，可查看含义和处理办法。",
            "All periods. “huizong explain CODE” says what a finding means and how to fix it.",
        ),
    ),
    (
        INFLUENCE,
        Words(
            "待说明问题对总体数值的影响",
            "Open findings that move a figure of the whole",
        ),
        Words("影响最大者在前。", "The largest change comes first."),
    ),
    (
        DEFINITIONS,
        Words("指标定义", "What each indicator means"),
        Words("", ""),
    ),
    (
        COLUMNS,
        Words(
            "各列的含义、单位与空值",
            "What each column means, its unit, and what an empty cell means",
        ),
        Words("", ""),
    ),
];

/// What must be known to read any sheet.
pub const NOTES: &[Words] = &[
    Words(
        "空单元格不是零；其含义见“列说明”。",
        "An empty cell is no zero; the sheet “Columns” says what it means.",
    ),
    Words(
        "单元格保存与数据表（tables/）完全相同的数值，显示时才舍入。",
        "A cell holds the exact number of the tables (tables/*.parquet); it is rounded only to be shown.",
    ),
    Words(
        "份额以百分比显示，单元格中为 0 至 1 的数。",
        "Shares are shown as percentages; the cell holds a number from 0 to 1.",
    ),
    Words(
        "代码和报告期为文本，保留前导零。",
        "Codes and periods are text, so that leading zeros stay.",
    ),
    Words(
        "版本编号、输入文件及其校验值见同一文件夹中的 manifest.json；公式见 CODEBOOK.md；县级等更细的数据见 tables/。",
        "manifest.json in the same folder names the release and its inputs; CODEBOOK.md has the formulas; areas below those shown here are in tables/.",
    ),
];

/// That the figures are made up, in every language, since a file is passed on to anybody.
pub const SYNTHETIC: Words = Words(
    "模拟数据，非真实统计，不得引用。",
    "Synthetic data, no real statistics: never to be quoted.",
);

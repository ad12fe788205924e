"""Runs the jobs of a plan as tasks of Spark: spark-submit spark_jobs.py jobs

huizong must be installed on every executor, and pipeline, input and output be reachable there.
"""
import subprocess
import sys
from pathlib import Path

from pyspark.sql import SparkSession


def run(job: tuple[str, str]) -> None:
    """Computes one job; `job` is its name and its content."""
    import tempfile

    name, content = job
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_text(content, encoding="utf-8")
        subprocess.run(["huizong", "jobs", "run", str(file), "--threads", "1", "--quiet"], check=True)


if __name__ == "__main__":
    files = sorted(Path(sys.argv[1]).glob("job-*.json"))
    jobs = [(file.name, file.read_text(encoding="utf-8")) for file in files]
    spark = SparkSession.builder.appName("huizong").getOrCreate()
    if jobs:
        spark.sparkContext.parallelize(jobs, len(jobs)).foreach(run)
    spark.stop()

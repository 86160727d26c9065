<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AugmentationTab</name>
    <message numerus="yes">
        <source>%n selected sample(s): original, then augmented</source>
        <translation>
            <numerusform>%n selected sample: original, then augmented</numerusform>
            <numerusform>%n selected samples: original, then augmented</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>First %n sample(s), augmented</source>
        <translation>
            <numerusform>First %n sample, augmented</numerusform>
            <numerusform>First %n samples, augmented</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BatchPanel</name>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to check.</source>
        <translation>
            <numerusform>%n to check.</numerusform>
            <numerusform>%n to check.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unreadable.</source>
        <translation>
            <numerusform>%n unreadable.</numerusform>
            <numerusform>%n unreadable.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Only the first page of %n file(s) was read.</source>
        <translation>
            <numerusform>Only the first page of %n file was read.</numerusform>
            <numerusform>Only the first page of %n files was read.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CollectionText</name>
    <message numerus="yes">
        <source>%n class(es)</source>
        <translation>
            <numerusform>%n class</numerusform>
            <numerusform>%n classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n writer(s)</source>
        <translation>
            <numerusform>%n writer</numerusform>
            <numerusform>%n writers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Comparison</name>
    <message numerus="yes">
        <source>{title}, %n seed(s)</source>
        <translation>
            <numerusform>{title}, %n seed</numerusform>
            <numerusform>{title}, %n seeds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DataPanel</name>
    <message numerus="yes">
        <source>%n sample(s) left out</source>
        <translation>
            <numerusform>%n sample left out</numerusform>
            <numerusform>%n samples left out</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EvaluationController</name>
    <message numerus="yes">
        <source>%n sample(s) left out: other labels, no ink, or damaged</source>
        <translation>
            <numerusform>%n sample left out: other labels, no ink, or damaged</numerusform>
            <numerusform>%n samples left out: other labels, no ink, or damaged</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EvaluationPanel</name>
    <message numerus="yes">
        <source>%n error(s), most confident first</source>
        <translation>
            <numerusform>%n error, most confident first</numerusform>
            <numerusform>%n errors, most confident first</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message numerus="yes">
        <source>{used} of {patience} epoch(s) without improvement</source>
        <translation>
            <numerusform>{used} of {patience} epoch without improvement</numerusform>
            <numerusform>{used} of {patience} epochs without improvement</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FiltersPanel</name>
    <message numerus="yes">
        <source>{layer} · from {seen} sample(s) of {name}</source>
        <translation>
            <numerusform>{layer} · from {seen} sample of {name}</numerusform>
            <numerusform>{layer} · from {seen} samples of {name}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{layer} · {count} unit(s) in rows, each with {inputs} weights</source>
        <translation>
            <numerusform>{layer} · {count} unit in rows, each with {inputs} weights</numerusform>
            <numerusform>{layer} · {count} units in rows, each with {inputs} weights</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{layer} · weights of {count} channel(s)</source>
        <translation>
            <numerusform>{layer} · weights of {count} channel</numerusform>
            <numerusform>{layer} · weights of {count} channels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{layer} · {count} unit(s) with inputs of {height}×{width}×{inputs}</source>
        <translation>
            <numerusform>{layer} · {count} unit with inputs of {height}×{width}×{inputs}</numerusform>
            <numerusform>{layer} · {count} units with inputs of {height}×{width}×{inputs}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{layer} · {count} filter(s) of {height}×{width}</source>
        <translation>
            <numerusform>{layer} · {count} filter of {height}×{width}</numerusform>
            <numerusform>{layer} · {count} filters of {height}×{width}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{layer} · {count} filter(s) of {height}×{width}, each over {inputs} input channels</source>
        <translation>
            <numerusform>{layer} · {count} filter of {height}×{width}, each over {inputs} input channels</numerusform>
            <numerusform>{layer} · {count} filters of {height}×{width}, each over {inputs} input channels</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Headline</name>
    <message numerus="yes">
        <source>{right} of {count} test sample(s) correct</source>
        <translation>
            <numerusform>{right} of {count} test sample correct</numerusform>
            <numerusform>{right} of {count} test samples correct</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImageSection</name>
    <message numerus="yes">
        <source>above bicubic interpolation, mean PSNR of {count} test sample(s)</source>
        <translation>
            <numerusform>above bicubic interpolation, mean PSNR of {count} test sample</numerusform>
            <numerusform>above bicubic interpolation, mean PSNR of {count} test samples</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>above the input, mean PSNR of {count} test sample(s)</source>
        <translation>
            <numerusform>above the input, mean PSNR of {count} test sample</numerusform>
            <numerusform>above the input, mean PSNR of {count} test samples</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>InterruptedRow</name>
    <message numerus="yes">
        <source>Permanently delete “{title}” and its %n epoch(s)?</source>
        <translation>
            <numerusform>Permanently delete “{title}” and its %n epoch?</numerusform>
            <numerusform>Permanently delete “{title}” and its %n epochs?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more run(s) can be resumed in Runs.</source>
        <translation>
            <numerusform>%n more run can be resumed in Runs.</numerusform>
            <numerusform>%n more runs can be resumed in Runs.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LayerText</name>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Output: probabilities of %n class(es).</source>
        <translation>
            <numerusform>Output: probabilities of %n class.</numerusform>
            <numerusform>Output: probabilities of %n classes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Output: logits of %n class(es).</source>
        <translation>
            <numerusform>Output: logits of %n class.</numerusform>
            <numerusform>Output: logits of %n classes.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LeftOutTab</name>
    <message numerus="yes">
        <source>%n more sample(s)</source>
        <translation>
            <numerusform>%n more sample</numerusform>
            <numerusform>%n more samples</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MapText</name>
    <message numerus="yes">
        <source>{number} unit(s)</source>
        <translation>
            <numerusform>{number} unit</numerusform>
            <numerusform>{number} units</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{number} parameter(s)</source>
        <translation>
            <numerusform>{number} parameter</numerusform>
            <numerusform>{number} parameters</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{number} parameter(s), not trainable</source>
        <translation>
            <numerusform>{number} parameter, not trainable</numerusform>
            <numerusform>{number} parameters, not trainable</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{number} parameter(s), {fixed} not trainable</source>
        <translation>
            <numerusform>{number} parameter, {fixed} not trainable</numerusform>
            <numerusform>{number} parameters, {fixed} not trainable</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PageCommands</name>
    <message numerus="yes">
        <source>Only the first of %n page(s) is shown. Save the others as files of their own.</source>
        <translation>
            <numerusform>Only the first of %n page is shown. Save the others as files of their own.</numerusform>
            <numerusform>Only the first of %n pages is shown. Save the others as files of their own.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Opened {name}. See File &gt; Open recent for %n other file(s).</source>
        <translation>
            <numerusform>Opened {name}. See File &gt; Open recent for %n other file.</numerusform>
            <numerusform>Opened {name}. See File &gt; Open recent for %n other files.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProbabilityBand</name>
    <message numerus="yes">
        <source>%n point(s)</source>
        <translation>
            <numerusform>%n point</numerusform>
            <numerusform>%n points</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProgressBars</name>
    <message numerus="yes">
        <source>{done} of {epochs} epoch(s)</source>
        <translation>
            <numerusform>{done} of {epochs} epoch</numerusform>
            <numerusform>{done} of {epochs} epochs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{batch} of {batches} batch(es)</source>
        <translation>
            <numerusform>{batch} of {batches} batch</numerusform>
            <numerusform>{batch} of {batches} batches</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QueueList</name>
    <message numerus="yes">
        <source>%n run(s) in the queue</source>
        <translation>
            <numerusform>%n run in the queue</numerusform>
            <numerusform>%n runs in the queue</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RateSketch</name>
    <message numerus="yes">
        <source>%n epoch(s)</source>
        <translation>
            <numerusform>%n epoch</numerusform>
            <numerusform>%n epochs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReliabilityView</name>
    <message numerus="yes">
        <source>confidence {low} to {high} % (mean {mean} %): {count} answer(s), accuracy {accuracy} %</source>
        <translation>
            <numerusform>confidence {low} to {high} % (mean {mean} %): {count} answer, accuracy {accuracy} %</numerusform>
            <numerusform>confidence {low} to {high} % (mean {mean} %): {count} answers, accuracy {accuracy} %</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunButtons</name>
    <message numerus="yes">
        <source>Discard this run and its %n completed epoch(s)?</source>
        <translation>
            <numerusform>Discard this run and its %n completed epoch?</numerusform>
            <numerusform>Discard this run and its %n completed epochs?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunText</name>
    <message numerus="yes">
        <source>{title} on {data}, %n epoch(s)</source>
        <translation>
            <numerusform>{title} on {data}, %n epoch</numerusform>
            <numerusform>{title} on {data}, %n epochs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Training on {training} sample(s); {validation} for validation, {test} for testing.</source>
        <translation>
            <numerusform>Training on {training} sample; {validation} for validation, {test} for testing.</numerusform>
            <numerusform>Training on {training} samples; {validation} for validation, {test} for testing.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Finished after %n epoch(s).</source>
        <translation>
            <numerusform>Finished after %n epoch.</numerusform>
            <numerusform>Finished after %n epochs.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Stopped after %n epoch(s).</source>
        <translation>
            <numerusform>Stopped after %n epoch.</numerusform>
            <numerusform>Stopped after %n epochs.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Stopped early: no improvement for %n epoch(s).</source>
        <translation>
            <numerusform>Stopped early: no improvement for %n epoch.</numerusform>
            <numerusform>Stopped early: no improvement for %n epochs.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunsPanel</name>
    <message numerus="yes">
        <source>“{title}” was trained for %n epoch(s). Resume until epoch:</source>
        <translation>
            <numerusform>“{title}” was trained for %n epoch. Resume until epoch:</numerusform>
            <numerusform>“{title}” was trained for %n epochs. Resume until epoch:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n run(s) with their models and curves?</source>
        <translation>
            <numerusform>Delete %n run with their models and curves?</numerusform>
            <numerusform>Delete %n runs with their models and curves?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SamplesTab</name>
    <message numerus="yes">
        <source>Mean of %n sample(s)</source>
        <translation>
            <numerusform>Mean of %n sample</numerusform>
            <numerusform>Mean of %n samples</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{selected} of {count} sample(s) selected for augmentation. Esc clears the selection.</source>
        <translation>
            <numerusform>{selected} of {count} sample selected for augmentation. Esc clears the selection.</numerusform>
            <numerusform>{selected} of {count} samples selected for augmentation. Esc clears the selection.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{count} sample(s). Click some to see them augmented.</source>
        <translation>
            <numerusform>{count} sample. Click some to see them augmented.</numerusform>
            <numerusform>{count} samples. Click some to see them augmented.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SourceRow</name>
    <message numerus="yes">
        <source>{title} includes a validation split of {count} sample(s), which cannot be changed.</source>
        <translation>
            <numerusform>{title} includes a validation split of {count} sample, which cannot be changed.</numerusform>
            <numerusform>{title} includes a validation split of {count} samples, which cannot be changed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{title} includes a test split of {count} sample(s), which cannot be changed.</source>
        <translation>
            <numerusform>{title} includes a test split of {count} sample, which cannot be changed.</numerusform>
            <numerusform>{title} includes a test split of {count} samples, which cannot be changed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TextAnswer</name>
    <message numerus="yes">
        <source>All correct: {probability}. Check %n character(s).</source>
        <translation>
            <numerusform>All correct: {probability}. Check %n character.</numerusform>
            <numerusform>All correct: {probability}. Check %n characters.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TextDescription</name>
    <message numerus="yes">
        <source>%n mark(s) not read.</source>
        <translation>
            <numerusform>%n mark not read.</numerusform>
            <numerusform>%n marks not read.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TrainingPreviewPanel</name>
    <message numerus="yes">
        <source>{filters} filter(s) of {layer}</source>
        <translation>
            <numerusform>{filters} filter of {layer}</numerusform>
            <numerusform>{filters} filters of {layer}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{maps} feature map(s)</source>
        <translation>
            <numerusform>{maps} feature map</numerusform>
            <numerusform>{maps} feature maps</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{maps} value(s)</source>
        <translation>
            <numerusform>{maps} value</numerusform>
            <numerusform>{maps} values</numerusform>
        </translation>
    </message>
</context>
</TS>
